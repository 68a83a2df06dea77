"""The part file and the finished name change under the program."""

import os
import shutil
import signal
import socket
import time

from bed import LONG, check, random, within
from world_bed import SIZE, World

ENDS = (signal.SIGTERM, signal.SIGKILL)


def each_end(case):
    """After an end in order and after one that was not; in short one of them."""
    for how in ENDS if LONG else [random.choice(ENDS)]:
        case(how, "" if how == signal.SIGTERM else " after kill -9")


def deleted(how, after):
    world = World()
    world.half(how)
    world.part.unlink()
    world.ended(f"the part is deleted{after}")


def cut(how, after):
    world = World()
    world.half(how)
    length = random.randrange(SIZE)
    os.truncate(world.part, length)
    kept = sum(max(0, min(end, length) - first) for first, end in world.held())
    world.ended(f"the part is cut to {length}{after}", kept=kept - (1 << 20))


def grown(how, after):
    world = World()
    held = sum(end - first for first, end in world.half(how))
    with open(world.part, "ab") as part:
        part.write(random.randbytes(random.randrange(1, SIZE)))
    world.ended(f"the part has grown{after}", kept=held)


def flipped(how, after):
    for _ in range(20 if LONG else 3):
        world = World()
        held = world.half(how)
        first, end = random.choice(held)
        at = random.randrange(first, end)
        with open(world.part, "r+b") as part:
            part.seek(at)
            byte = part.read(1)[0]
            part.seek(at)
            part.write(bytes([byte ^ 1 << random.randrange(8)]))
        kept = sum(end - first for first, end in held) - (1 << 20)
        world.ended(f"one bit flipped at {at} of {held}{after}", kept=kept)


def replaced(how, after):
    """Something of another's stands at the part's name: never written, nothing of it used."""
    precious = random.randbytes(SIZE)

    def link(world):
        (world.home.dir / "precious").write_bytes(precious)
        world.part.unlink()
        world.part.symlink_to(world.home.dir / "precious")
        return world.home.dir / "precious"

    def link_to_nothing(world):
        world.part.unlink()
        world.part.symlink_to(world.home.dir / "nothing")

    def folder(world):
        world.part.unlink()
        world.part.mkdir()

    def fifo(world):
        world.part.unlink()
        os.mkfifo(world.part)

    def listener(world):
        world.part.unlink()
        there = os.getcwd()
        os.chdir(world.home.out)
        socket.socket(socket.AF_UNIX).bind(world.part.name)
        os.chdir(there)

    def moved_over(world):
        (world.home.out / "new").write_bytes(precious)
        (world.home.out / "new").rename(world.part)
        return world.part

    def made_anew(world):
        before = world.part.stat().st_ino
        world.part.unlink()
        world.part.write_bytes(precious)
        world.same_inode = world.part.stat().st_ino == before
        return world.part

    for change in (link, link_to_nothing, folder, fifo, listener, moved_over, made_anew):
        world = World()
        world.same_inode = False
        world.half(how)
        other = change(world)
        kind = os.lstat(world.part).st_mode
        why = world.ends(others=["file.bin.part"])
        if not why and os.lstat(world.part).st_mode != kind:
            why = "what stood there is another kind of thing now"
        if not why and other and other.read_bytes() != precious:
            why = "the other file was written"
        if not why and (world.home.dir / "nothing").exists():
            why = "the link was followed"
        inode = ", with the same inode" if world.same_inode else ""
        words = f"the part is replaced: {change.__name__}{inode}{after}"
        check(words, not why, f"{why}; log: {world.log()[-4:]}")


def linked_twice(how, after):
    world = World()
    world.half(how)
    os.link(world.part, world.home.out / "twin")
    before = (world.home.out / "twin").read_bytes()
    why = world.ends(others=["file.bin.part", "twin"])
    if not why and (world.home.out / "twin").read_bytes() != before:
        why = "the other link's bytes were changed"
    check(f"the part has a second link{after}", not why, f"{why}; log: {world.log()[-4:]}")


def name_taken(how, after):
    makers = {
        "a file": lambda path: path.write_bytes(b"mine"),
        "a folder": lambda path: path.mkdir(),
        "a link to nothing": lambda path: path.symlink_to("/nowhere/at/all"),
        "a link to a folder": lambda path: path.symlink_to("/tmp"),
        "a FIFO": os.mkfifo,
    }
    for what, make in makers.items():
        world = World()
        world.half(how)
        make(world.end)
        before = os.lstat(world.end)
        why = world.ends("file (1).bin", ["file.bin"])
        now = os.lstat(world.end)
        if (now.st_ino, now.st_mode, now.st_size) != (before.st_ino, before.st_mode, before.st_size):
            why = why or "what stood there was touched"
        check(f"the name is taken by {what}{after}", not why, why)


def folder_gone(how, after):
    """A folder that held bytes is never made anew unasked: its volume may be away."""
    world = World()
    world.half(how)
    shutil.rmtree(world.home.out)
    ran = world.get()
    why = ""
    if ran.code == 0:
        why = "" if world.end.read_bytes() == world.origin.body else "a wrong file"
    elif ran.code != 3 or world.home.out.exists():
        why = f"{ran}"
    if ran.code:
        world.home.out.mkdir()
    world.ended(f"the folder is removed between runs (code {ran.code}: {ran.err[-140:]!r}){after}", why) \
        if ran.code else check(f"the folder is removed between runs{after}", not why, why)


def while_it_runs():
    """What is done to the part or its folder while a run has it open."""
    def unlink(world):
        world.part.unlink()

    def remove_folder(world):
        shutil.rmtree(world.home.out)

    def rename_folder(world):
        world.home.out.rename(world.home.dir / "elsewhere")

    def truncate(world):
        os.truncate(world.part, 1000)

    def replace(world):
        (world.home.out / "new").write_bytes(b"mine" * 1000)
        (world.home.out / "new").rename(world.part)

    for change in (unlink, remove_folder, rename_folder, truncate, replace):
        world = World()
        child = world.begin()
        within(10, lambda: world.part.exists() and world.origin.sent > 2 << 20)
        time.sleep(random.random() * 0.3)
        change(world)
        out, err = child.communicate(timeout=60)
        err = err.decode().strip()
        why = ""
        stood = world.end.is_file()
        if stood and world.end.read_bytes() != world.origin.body:
            why = f"a wrong file, code {child.returncode}"
        if child.returncode == 0 and not stood:
            why = f"code 0 and no file: {out}"
        if child.returncode not in (0, 1, 3) or child.returncode and not err:
            why = f"code {child.returncode}, said {err!r}"
        if change is replace and not why and world.part.read_bytes() != b"mine" * 1000:
            why = "the other file was written"
        words = f"while it runs: {change.__name__} (code {child.returncode}: {err[-160:]!r})"
        if change is rename_folder:
            (world.home.dir / "elsewhere").rename(world.home.out)
        if why or stood:
            check(words, not why, why)
            continue
        world.home.out.mkdir(exist_ok=True)
        others = ["file.bin.part"] if change is replace else []
        world.ended(words, others=others)


def cases():
    for case in (deleted, cut, grown, flipped, replaced, linked_twice, name_taken, folder_gone):
        each_end(case)
    while_it_runs()
