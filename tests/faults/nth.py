"""The n-th call of a kind fails: runs the program under `nth.c` and tells what was met.

Invariant: a fault that was not met is told so, so that no case passes for want of a fault.
"""

import errno
import functools
import os
import pathlib
import subprocess
import tempfile

import bed


@functools.cache
def program():
    """The small program that stands before Onward, compiled once; none where it cannot be had."""
    made = bed.WORK / "nth"
    source = pathlib.Path(__file__).with_suffix(".c")
    built = subprocess.run(["gcc", "-O1", "-o", made, source], check=False, capture_output=True)
    if built.returncode:
        return None
    tried = subprocess.run([made, "open", "x", "0", "0", "none", os.devnull, "true"], check=False)
    return made if tried.returncode == 0 else None


class Fault:
    """One fault: the calls of `kinds` on paths that end so, from the `first` to the `last` (0: all
    from then on). `what` is the name of an error, "short", "none", or "cut:" and a mount point."""

    def __init__(self, kinds, endings, what="none", first=0, last=0):
        self.kinds, self.endings, self.what = kinds, endings, what
        self.first, self.last = first, last
        handle, self.told = tempfile.mkstemp(prefix="told.", dir=bed.WORK)
        os.close(handle)

    def wrap(self):
        what = str(getattr(errno, self.what, self.what))
        return [program(), self.kinds, self.endings, str(self.first), str(self.last), what, self.told]

    def _numbers(self):
        """Calls seen, calls met, milliseconds of processor time; noughts where it was killed."""
        return [int(n) for n in pathlib.Path(self.told).read_text().split()] or [0, 0, 0]

    seen = property(lambda self: self._numbers()[0])
    met = property(lambda self: self._numbers()[1])
    cpu_ms = property(lambda self: self._numbers()[2])

    def __str__(self):
        once = "" if self.last else " and all after it"
        return f"{self.what} at {self.kinds} {self.first} of {self.endings}{once}"
