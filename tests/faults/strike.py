"""Ends the program at the n-th call of a kind, from outside: strace gives it SIGKILL as it enters that
call, so that the call itself is not done any more.

strace counts for each thread and each call by itself: with several calls named, it is the first thread
that enters any one of them for the n-th time. The walk n = 1, 2, 3 … ends with the first run in which
none does. (With --seccomp-bpf strace 6.1 does not inject.)
"""

import collections
import functools
import shutil
import subprocess

# Every call that changes what lies on a disk.
DATA = "pwrite64,pwritev,pwritev2,write,fallocate,ftruncate,fdatasync,fsync,sync_file_range"
NAMES = "rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir"
OPENS = "openat"

KILLED = -9


@functools.cache
def can_strike():
    """Whether there is strace, and it may trace here."""
    return bool(shutil.which("strace")) and subprocess.run(at(OPENS, 10000) + ("true",), check=False).returncode == 0


def at(calls, nth, *paths):
    """The words before the program: it dies as a thread of it enters its `nth` call of these, where
    paths are given only of those that concern them."""
    only = [word for path in paths for word in ("-P", str(path))]
    return ("strace", "-f", "-qqq", "-o", "/dev/null", *only,
            "-e", f"trace={calls}", "-e", f"inject={calls}:signal=SIGKILL:when={nth}")


def counting(log, calls, *paths):
    """The words before the program that write down each of these calls."""
    only = [word for path in paths for word in ("-P", str(path))]
    return ("strace", "-f", "-qqq", "-o", str(log), *only, "-e", f"trace={calls}")


def counted(log):
    """How often any thread made one of them at most. (`???(` stands for a thread that was gone before
    strace saw which call it was in: none of these.)"""
    with open(log, encoding="latin-1") as lines:
        begun = [line.partition("(")[0] for line in lines if "resumed>" not in line and "???(" not in line]
    return max(collections.Counter(begun).values(), default=0)
