"""The store damaged, held by others, out of reach, or out of space."""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys

import store_age
from bed import LONG, WORK, Home, Origin, check, mounted, random, skip, started, time
from cut import can_mount

JOBS = 30


def good():
    """A home with jobs in its list, one of them half fetched; all of it to be copied."""
    origin = Origin(4 << 20, rate=4 << 20)
    home = Home("good")
    links = [f"{origin.url}?{n}" for n in range(JOBS - 1)]
    home.run("add", "--paused", "--dir", home.out, *links)
    child = home.start("get", origin.url, "--dir", home.out, "--quiet")
    time.sleep(0.8)
    child.terminate()
    child.wait()
    return home


def copy_of(home):
    twin = Home("twin")
    shutil.copytree(home.data, twin.data, ignore=shutil.ignore_patterns("*.sock"))
    return twin


def digests(folder):
    files = [path for path in folder.iterdir() if path.is_file()]
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def crashed(ran):
    """What of a run is no plain end: words, or nothing."""
    if ran.code not in (0, 1, 3):
        return f"ended with {ran}"
    if "panicked" in ran.err or "RUST_BACKTRACE" in ran.err:
        return f"it panicked: {ran.err[-500:]}"
    if ran.code != 0 and (len(ran.err.splitlines()) != 1 or not ran.err.startswith("onward: ")):
        return f"no one plain line: {ran.err!r}"
    return ""


def after_damage(home):
    """Looks at a damaged list twice; what is not as it must be, and how it ended."""
    before = digests(home.data)
    damaged = hashlib.sha256((home.data / "onward.db").read_bytes()).hexdigest()
    jobs_before = jobs_in(home.data / "onward.db")
    ran = home.run("list")
    why = crashed(ran)
    set_aside = list(home.data.glob("onward.db.damaged-*"))
    how = "refused" if ran.code else "set aside" if set_aside else "read"
    if not why and how == "set aside" and damaged not in digests(home.data):
        why = f"{how}, and the damaged file is gone"
    # That a run was there is marked before the list is read.
    if not why and how == "refused" and before - digests(home.data):
        if jobs_in(home.data / "onward.db") != jobs_before:
            why = f"refused, and changed: {ran}"
    if not why and how == "set aside" and not any(str(path) in ran.err.split() for path in set_aside):
        why = f"nothing was said of it: {ran}"
    again = home.run("list", "--json")
    why = why or crashed(again)
    if not why and how != "refused" and again.code != 0:
        why = f"the second look failed: {again}"
    if not why and how == "read" and len(home.list()) != JOBS:
        why = f"{len(home.list())} of {JOBS} jobs, and nothing was said"
    return why, how


def jobs_in(path):
    """All that stands of jobs in a database, as far as it can be read."""
    base = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    base.text_factory = bytes
    rows = []
    for table in ("jobs", "sources", "generations", "spans", "blocks"):
        try:
            rows.append(base.execute(f"SELECT * FROM {table}").fetchall())
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            rows.append(str(error))
    base.close()
    return rows


def damage_each(what, home, ways):
    """Each way of damaging a copy."""
    wrong, seen = [], {}
    for name, change in ways:
        twin = copy_of(home)
        change(twin.data / "onward.db")
        why, how = after_damage(twin)
        seen[how] = seen.get(how, 0) + 1
        if why:
            wrong.append(f"{name}: {why}")
        shutil.rmtree(twin.dir)
    told = ", ".join(f"{count} {how}" for how, count in sorted(seen.items()))
    check(f"{what}: {len(ways)} ways ({told})", not wrong, "; ".join(wrong[:3]))


def overwrite(at, data):
    def change(path):
        with open(path, "r+b") as file:
            file.seek(at)
            file.write(data)
    return change


def flip(at):
    def change(path):
        with open(path, "r+b") as file:
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1 << random.randrange(8)]))
    return change


def spoiled(home):
    """Contents that are no database any more, or not wholly."""
    size = (home.data / "onward.db").stat().st_size
    pages = range(0, size, 4096)
    random_bytes = [("garbage", lambda path, n=n: path.write_bytes(random.randbytes(n)))
                    for n in (1, 15, 16, 99, 100, 512, 4096, 70_000)]
    damage_each("garbage", home, random_bytes)
    lengths = [1, 16, 59, 99, 100, 512, 4095, *random.choices(range(4096, size), k=60 if LONG else 12)]
    damage_each("cut short", home, [(f"to {n}", lambda path, n=n: os.truncate(path, n)) for n in lengths])
    zeros = pages if LONG else [0, 4096, *random.choices(pages, k=10)]
    damage_each("a page of zeros", home, [(f"at {at}", overwrite(at, bytes(4096))) for at in zeros])
    places = random.choices(range(size), k=400 if LONG else 40) + [*range(0, 100, 1 if LONG else 9)]
    damage_each("one bit flipped", home, [(f"at {at}", flip(at)) for at in places])


def flipped_then_fetched(home, times):
    """One bit of the list is flipped, then the half fetched file is fetched to its end."""
    wrong, ends = [], {}
    size = (home.data / "onward.db").stat().st_size
    origin = Origin(4 << 20)
    for _ in range(times):
        twin = copy_of(home)
        at = random.randrange(100, size)
        base = sqlite3.connect(twin.data / "onward.db")
        twin.out.mkdir()
        url = base.execute("SELECT url FROM sources ORDER BY job DESC").fetchone()[0]
        base.execute("UPDATE sources SET url = ? WHERE url = ?", (origin.url, url))
        base.execute("UPDATE jobs SET dir = ?", (os.fsencode(twin.out),))
        base.commit()
        base.close()
        shutil.copy2(home.out / "file.bin.part", twin.out)
        flip(at)(twin.data / "onward.db")
        ran = twin.get(origin.url)
        why = crashed(ran)
        for name, path in twin.files().items():
            if not name.endswith(".part") and path.read_bytes() != origin.body:
                why = why or f"a wrong file {name}"
        ends[ran.code] = ends.get(ran.code, 0) + 1
        if why:
            wrong.append(f"at {at}: {why}")
        shutil.rmtree(twin.dir)
    check(f"one bit flipped, then fetched: {times} times, never a wrong file (codes {ends})",
          not wrong, "; ".join(wrong[:3]))


def refuses(words, home, expected, codes=(1,)):
    """The list is refused with these words and not touched."""
    before = digests(home.data) if home.data.is_dir() else set()
    ran = home.run("list")
    why = crashed(ran)
    if not why and (ran.code not in codes or expected not in ran.err):
        why = f"{ran}"
    if not why and home.data.is_dir() and before - digests(home.data):
        why = "a file was changed"
    check(f"{words}: {ran.err.removeprefix('onward: ')[-90:]!r}", not why, why)


def out_of_reach(home):
    twin = copy_of(home)
    # By another process: what this one reads of the file would let its own locks go.
    hold = "import sqlite3, sys; base = sqlite3.connect(sys.argv[1]); base.execute('BEGIN EXCLUSIVE'); " \
           "print('held', flush=True); sys.stdin.read()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    other = started(subprocess.Popen([sys.executable, "-c", hold, twin.data / "onward.db"], **pipes))
    other.stdout.readline()
    refuses("held by another program", twin, "in use by another program")
    other.communicate()
    check("and free again, all jobs are there", len(twin.list()) == JOBS, twin.list())

    twin = copy_of(home)
    (twin.data / "onward.db").chmod(0o400)
    refuses("a read-only file", twin, "cannot be written to")
    (twin.data / "onward.db").chmod(0o600)
    twin.data.chmod(0o500)
    refuses("a read-only folder", twin, "cannot be written to")
    twin.data.chmod(0o700)
    check("and writable again, all jobs are there", len(twin.list()) == JOBS, twin.list())

    twin = Home("folder")
    (twin.data / "onward.db").mkdir(parents=True)
    refuses("a folder in its place", twin, "onward.db")

    twin = copy_of(home)
    base = sqlite3.connect(twin.data / "onward.db")
    base.execute("PRAGMA user_version = 99")
    base.close()
    refuses("a newer one", twin, "newer Onward")


def another_log(home):
    """The log of writes that lies beside it belongs to another database."""
    stranger = Home("stranger")
    stranger.run("add", "--paused", "http://127.0.0.1:9/a", "http://127.0.0.1:9/b")
    base = sqlite3.connect(stranger.data / "onward.db")
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("UPDATE jobs SET created_at = created_at + 1")
    base.commit()
    twin = copy_of(home)
    shutil.copy2(stranger.data / "onward.db-wal", twin.data / "onward.db-wal")
    base.close()
    kept = hashlib.sha256((twin.data / "onward.db").read_bytes()).hexdigest()
    ran = twin.run("list")
    listed = len(twin.list())
    why = crashed(ran)
    is_kept = kept in digests(twin.data)
    if not why and ran.code == 0 and listed != JOBS and not is_kept:
        why = f"{listed} jobs, and the list as it was is gone: {ran}"
    check(f"another database's log of writes: {listed} jobs, list kept {is_kept}", not why, why)


@contextlib.contextmanager
def small_disk(name, kibibytes):
    target = WORK / name
    target.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", target], check=True)
    mounted(target)
    yield target
    subprocess.run(["umount", "-l", target], check=True)


def fill_up(folder, leave=0):
    """Takes the space of a disk but for so many bytes."""
    with contextlib.suppress(OSError), open(folder / "filler", "wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))
    size = (folder / "filler").stat().st_size
    os.truncate(folder / "filler", max(0, size - leave))


def no_space(home):
    if not can_mount():
        skip("no space for the list: nothing can be mounted here")
        return
    steps = range(0, 300 << 10, 16 << 10 if LONG else 48 << 10)
    for what in ("new", "there", "old"):
        wrong, codes = [], {}
        for leave in steps:
            with small_disk(f"{what}{leave}", 1024) as disk:
                tight = Home("tight", data=disk / "data")
                tight.data.mkdir()
                if what == "there":
                    shutil.copytree(home.data, tight.data, ignore=shutil.ignore_patterns("*.sock"), dirs_exist_ok=True)
                if what == "old":
                    store_age.of_version(1, tight.data / "onward.db")
                fill_up(disk, leave)
                ran = tight.run("list")
                why = crashed(ran)
                codes[ran.code] = codes.get(ran.code, 0) + 1
                if not why and ran.code and "space" not in ran.err:
                    why = f"not the words for it: {ran}"
                (disk / "filler").unlink()
                jobs = {"new": 0, "there": JOBS, "old": 5}[what]
                again = tight.run("list", "--json")
                if not why and (again.code or len(tight.list()) != jobs):
                    why = f"with space again: {again}, {len(tight.list())} jobs"
                left = [path.name for path in tight.data.iterdir() if path.name.endswith((".new", "-wal"))]
                if not why and left:
                    why = f"left behind: {left}"
            if why:
                wrong.append(f"{leave} bytes free: {why}")
        check(f"a full disk, the list {what}: {len(steps)} sizes (codes {codes})", not wrong, "; ".join(wrong[:2]))


def cases():
    home = good()
    check(f"the list to be damaged has {JOBS} jobs", len(home.list()) == JOBS, home.list())
    spoiled(home)
    flipped_then_fetched(home, 200 if LONG else 25)
    out_of_reach(home)
    another_log(home)
    no_space(home)
