"""Volumes that are full, turn read-only, go and come back."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import time

from bed import WORK, check, mounted, skip, within
from cut import can_mount
from world_bed import World, says

SHUTDOWN = 0x8004587D  # FS_IOC_SHUTDOWN
FULL = ("full", "space")


def run(*words):
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)


def mount(name, *words):
    target = WORK / name
    target.mkdir(exist_ok=True)
    run("mount", *words, target)
    return mounted(target)


def image(name, mebibytes):
    path = WORK / f"{name}.img"
    with open(path, "wb") as file:
        file.truncate(mebibytes << 20)
    run("mkfs.ext4", "-q", path)
    return path


def fill(folder, leave=0):
    """Takes the space of a volume but for so many bytes."""
    with contextlib.suppress(OSError), open(folder / "filler", "wb", buffering=0) as filler:
        while True:
            filler.write(bytes(64 << 10))
    size = (folder / "filler").stat().st_size
    os.truncate(folder / "filler", max(0, size - leave))
    os.sync()


class Untold:
    """Wraps an origin so that the first answer tells no length: the disk fills as it comes."""

    def __init__(self, origin):
        self.answer = origin.answer
        origin.answer = self.first
        self.origin = origin

    def first(self, request, connection):
        self.origin.answer = self.answer
        body = self.origin.body
        self.origin.send_head(connection, "200 OK", {"ETag": self.origin.tag, "Connection": "close"})
        self.origin.send_body(connection, body, 0, len(body))
        return False


def full_from_the_start():
    disk = mount("small", "-t", "tmpfs", "-o", "size=3m", "tmpfs")
    world = World(out=disk)
    ran = world.get()
    why = says(ran, 3, *FULL)
    if not why and world.end.exists():
        why = "something stands at the name"
    run("mount", "-o", "remount,size=20m", disk)
    world.ended(f"a disk too small for the file, then larger ({ran.err[-150:]!r})", why)


def full_as_it_comes(name, disk):
    world = World(out=disk / "out")
    Untold(world.origin)
    fill(disk, 2 << 20)
    ran = world.get()
    why = says(ran, 3, *FULL)
    if not why and world.end.exists():
        why = "something stands at the name"
    held = world.held_bytes()
    (disk / "filler").unlink()
    # Of a file that was begun without a length, what lies there still counts.
    world.ended(f"{name} fills up as it comes, {held} held, then has room ({ran.err[-150:]!r})", why,
                kept=held)


def list_full(name, disk):
    """The volume of the database is full while a run goes on."""
    world = World(data=disk / "data")
    child = world.begin()
    within(10, world.part.exists)
    fill(disk)
    out, err = child.communicate(timeout=60)
    err = err.decode().strip()
    why = ""
    if world.end.exists() and world.end.read_bytes() != world.origin.body:
        why = "a wrong file"
    if child.returncode not in (0, 3) or child.returncode == 3 and "list of downloads" not in err:
        why = f"code {child.returncode}, said {err!r}"
    (disk / "filler").unlink()
    words = f"the list's {name} is full while it runs (code {child.returncode}: {err[-150:]!r})"
    if child.returncode == 0:
        check(words, not why and out.decode().strip() == str(world.end), why or out)
        return
    world.ended(words, why)


def shut(target):
    """From here on every call to this volume fails, as if it were pulled out."""
    handle = os.open(target, os.O_RDONLY)
    fcntl.ioctl(handle, SHUTDOWN, b"\2\0\0\0")
    os.close(handle)


def comes_back(name, path, target):
    if os.path.ismount(target):
        run("umount", "-l", target)
    deadline = time.monotonic() + 20
    while True:
        try:
            run("mount", "-o", "loop", path, target)
            return
        except subprocess.CalledProcessError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def pulled_out():
    """The volume fails while it runs; mounted again, it goes on."""
    path = image("pulled", 32)
    disk = mount("pulled", "-o", "loop", path)
    world = World(out=disk / "out")
    world.half()
    child = world.begin()
    time.sleep(0.7)
    shut(disk)
    err = child.communicate(timeout=90)[1].decode().strip()
    code = child.returncode
    why = "" if code == 3 and err else f"code {code}, said {err!r}"
    comes_back("pulled", path, disk)
    if world.end.exists():
        why = why or "something stands at the name"
    world.ended(f"the volume fails while it runs, and comes back (code {code}: {err[-150:]!r})", why)


def read_only():
    """Read-only between runs, and writable again."""
    path = image("sealed", 32)
    disk = mount("sealed", "-o", "loop", path)
    world = World(out=disk / "out")
    world.half()
    held = world.held_bytes()
    run("mount", "-o", "remount,ro", disk)
    ran = world.get()
    why = says(ran, 3, "takes no writes")
    run("mount", "-o", "remount,rw", disk)
    world.ended(f"a volume read-only between runs ({ran.err[-150:]!r})", why, kept=held)


def made_read_only():
    """ext4 turns read-only after an error while it runs, as a dying disk does."""
    path = image("abort", 32)
    disk = mount("abort", "-o", "loop", path)
    world = World(out=disk / "out")
    child = world.begin()
    time.sleep(0.7)
    if subprocess.run(["mount", "-o", "remount,abort", disk], check=False, capture_output=True).returncode:
        skip("a volume that turns read-only while it runs: mount knows no abort")
        child.kill()
        return
    err = child.communicate(timeout=90)[1].decode().strip()
    code = child.returncode
    why = "" if code == 3 and err else f"code {code}, said {err!r}"
    comes_back("abort", path, disk)
    world.ended(f"a volume turns read-only while it runs (code {code}: {err[-150:]!r})", why)


def list_read_only():
    """The same with the volume of the list."""
    path = image("listro", 32)
    disk = mount("listro", "-o", "loop", path)
    world = World(data=disk / "data")
    child = world.begin()
    time.sleep(0.7)
    subprocess.run(["mount", "-o", "remount,abort", disk], check=False, capture_output=True)
    err = child.communicate(timeout=90)[1].decode().strip()
    code = child.returncode
    why = "" if code == 0 or code == 3 and "list of downloads" in err else f"code {code}, said {err!r}"
    if world.end.exists() and world.end.read_bytes() != world.origin.body:
        why = "a wrong file"
    comes_back("listro", path, disk)
    words = f"the list's volume turns read-only while it runs (code {code}: {err[-150:]!r})"
    if code == 0:
        check(words, not why, why)
        return
    world.ended(words, why)


def away():
    """Not mounted between runs; back under another number; back at another place."""
    path = image("away", 32)
    disk = mount("away", "-o", "loop", path)
    world = World(out=disk / "out")
    world.half()
    held = world.held_bytes()
    run("umount", disk)
    ran = world.get()
    why = says(ran, 3, "plug", "not there", "mount")
    if not why and list(disk.iterdir()):
        why = f"made where no volume is: {list(disk.iterdir())}"
    # Another volume takes the number it had.
    other = mount("other", "-o", "loop", image("other", 8))
    comes_back("away", path, disk)
    world.ended(f"not mounted between runs, then under another number ({ran.err[-150:]!r})", why, kept=held)
    run("umount", other)

    path = image("moved", 32)
    disk = mount("moved", "-o", "loop", path)
    world = World(out=disk / "out")
    world.half()
    run("umount", disk)
    place = mount("place", "-o", "loop", path)
    world.home.out = place / "out"
    world.end = world.home.out / "file.bin"
    why = world.ends()
    names = sorted(world.home.files())
    jobs = [(job["state"], job["dir"]) for job in world.home.list()]
    if why and "there stand" in why and names == ["file (1).bin", "file.bin.part"]:
        right = (world.home.out / "file (1).bin").read_bytes() == world.origin.body
        why = "" if right else "a wrong file"
    check(f"mounted at another place, and asked for there: {names}", not why, f"{why}; {jobs}")


def cases():
    if not can_mount():
        skip("full disks and volumes that go: nothing can be mounted here")
        return
    if not shutil.which("mkfs.ext4"):
        skip("volumes: no mkfs.ext4")
        return
    full_from_the_start()
    full_as_it_comes("a tmpfs", mount("filling", "-t", "tmpfs", "-o", "size=12m", "tmpfs"))
    full_as_it_comes("an ext4", mount("filling2", "-o", "loop", image("filling2", 16)))
    list_full("tmpfs", mount("listfull", "-t", "tmpfs", "-o", "size=1m", "tmpfs"))
    read_only()
    made_read_only()
    list_read_only()
    pulled_out()
    away()
