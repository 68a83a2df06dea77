"""A file system on which the power can be cut, and what a home on it must show afterwards.

Invariant: nothing reaches the image once the power is gone (FS_IOC_SHUTDOWN without flushing the
log); what is mounted is unmounted with the part.
"""

import contextlib
import fcntl
import functools
import json
import os
import pathlib
import shutil
import sqlite3
import struct
import subprocess
import tempfile

import bed
import nth

FS_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2

MAKE = {"ext4": ["mkfs.ext4", "-q", "-F"], "xfs": ["mkfs.xfs", "-q", "-f"]}
LOOK_OVER = {"ext4": ["e2fsck", "-fn"], "xfs": ["xfs_repair", "-n"]}


@functools.cache
def can_mount():
    """Whether file systems may be mounted here, also one in a file: in most containers not even root may."""
    place, image = bed.WORK / "tried", bed.WORK / "tried.img"
    place.mkdir()
    with open(image, "wb") as tried:
        tried.truncate(1 << 20)
    quiet = {"check": False, "capture_output": True, "text": True}
    if subprocess.run(["mount", "-t", "tmpfs", "none", place], **quiet).returncode:
        return False
    subprocess.run(["umount", place], **quiet)
    loop = subprocess.run(["losetup", "--find", "--show", image], **quiet)
    subprocess.run(["losetup", "--detach", loop.stdout.strip()], **quiet)
    return loop.returncode == 0


class Volume:
    """An image file with a file system, mounted."""

    def __init__(self, kind):
        self.kind, self.image = kind, bed.WORK / f"{kind}.img"
        self.at = bed.WORK / kind
        self.at.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(400 << 20)
        subprocess.run([*MAKE[kind], self.image], check=True, capture_output=True)
        bed.mounted(self.at)
        self.mount()

    def mount(self):
        subprocess.run(["mount", "-o", "loop", self.image, self.at], check=True)

    def cut(self):
        """The power goes: what the file system has not written by itself is lost."""
        root = os.open(self.at, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.ioctl(root, FS_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        os.close(root)

    def comes_back(self):
        """After a cut and the end of the program: mounted anew, which replays the log. Says what a
        look over the image finds wrong, or nothing."""
        subprocess.run(["umount", self.at], check=True)
        self.mount()
        subprocess.run(["umount", self.at], check=True)
        looked = subprocess.run([*LOOK_OVER[self.kind], self.image], check=False, capture_output=True)
        self.mount()
        return looked.stdout.decode()[-300:] if looked.returncode else ""

    def home(self, name):
        """A home with its database and its files on it."""
        place = self.at / name
        place.mkdir()
        # It stood there long before.
        os.sync()
        return bed.Home("power", data=place / "data", out=place / "out")

    def fault(self, kinds, endings, n):
        """The power goes at the n-th such call."""
        return nth.Fault(kinds, endings, f"cut:{self.at}", n, n)


def false_claim(home, rights):
    """What the list claims to hold of an unfinished job and is in none of `rights`; or nothing."""
    for job in home.list():
        shown = home.show(job["id"])
        if shown["state"] == "completed":
            path = pathlib.Path(shown["path"])
            if not path.exists() or path.read_bytes() not in rights:
                return f"job {job['id']} is completed, and {path.name} is not there or wrong"
            continue
        if not shown["ranges"]:
            continue
        part = pathlib.Path(shown["part"])
        held = part.read_bytes() if part.exists() else b""
        for span in shown["ranges"]:
            piece = slice(span["start"], span["end"])
            if len(held) < span["end"] or not any(held[piece] == right[piece] for right in rights):
                return f"job {job['id']} claims {span} of {part.name}, which is not so"
    return ""


def wrong_file(home, rights):
    """A finished name with other bytes than it should have, or nothing."""
    for name, path in home.files().items():
        if not name.endswith(".part") and path.read_bytes() not in rights:
            return f"{name} is there and wrong ({path.stat().st_size} bytes)"
    return ""


def of_list(home, question):
    """A number out of the list, nought where there is none yet: read from a copy, so that nothing is
    changed."""
    copy = pathlib.Path(tempfile.mkdtemp(dir=bed.WORK))
    for path in home.data.glob("onward.db*"):
        shutil.copy(path, copy)
    with contextlib.closing(sqlite3.connect(copy / "onward.db")) as database:
        tables = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        return (tables and database.execute(question).fetchone()[0]) or 0


def is_done(home):
    """Whether the list has a finished job."""
    return of_list(home, "SELECT count(*) FROM jobs WHERE phase = 'done'") > 0


def held(home):
    """Bytes that are recorded as durable, of files that are older than the newest of a job too."""
    return of_list(home, "SELECT sum(end_byte - start_byte) FROM spans")


def damage(home):
    """What SQLite finds wrong with the database, and whether one was set aside; or nothing."""
    aside = [path.name for path in home.data.iterdir() if "damaged" in path.name]
    if aside:
        return f"the database was set aside: {aside}"
    with contextlib.closing(sqlite3.connect(home.data / "onward.db")) as database:
        found = database.execute("PRAGMA integrity_check").fetchall()
    return "" if found == [("ok",)] else json.dumps(found)
