"""The store at every version there ever was, and its upgrade broken off at any write."""

import re
import sqlite3

import strike
from bed import LONG, ROOT, Home, check, is_root, random, skip

STEPS = sorted((ROOT / "migrations").glob("*.sql"))
FIXTURE = ROOT / "tests/fixtures/schema_1.db"


def schema_of(path):
    """What a database is made of; spaces count for nothing."""
    with sqlite3.connect(f"file:{path}?immutable=1", uri=True) as base:
        rows = base.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        version = base.execute("PRAGMA user_version").fetchone()[0]
    base.close()
    return version, sorted((*row[:3], re.sub(r"\s+", " ", row[3] or "")) for row in rows)


def of_version(version, path):
    """A database as the first `version` steps left it, with the jobs of the fixture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(FIXTURE.read_bytes())
    base = sqlite3.connect(path)
    for number, step in enumerate(STEPS[1:version], 2):
        base.executescript(f"BEGIN;{step.read_text()};PRAGMA user_version={number};COMMIT;")
    base.close()


def told(home):
    """What the program says of its jobs, as far as an upgrade must keep it."""
    kept = ("id", "url", "state", "dir", "name", "total_bytes", "created_at", "finished_at")
    return [tuple(job[key] for key in kept) for job in home.list()]


def upgraded(version, fresh):
    """Upgrades one and starts it twice; what it then tells."""
    home = Home(f"v{version}")
    path = home.data / "onward.db"
    of_version(version, path)
    first, second = told(home), told(home)
    words = f"a database of version {version} is as a new one, its {len(first)} jobs there"
    why = ""
    if schema_of(path) != fresh:
        why = f"{schema_of(path)[0]} differs from a new one"
    elif first != second or len(first) != 5:
        why = f"{first}\n{second}"
    elif len({job[2] for job in first}) < 3:
        why = f"no several states: {first}"
    check(words, not why, why)
    return first


def broken_upgrade(version, nth, expected, fresh):
    """One whose upgrade dies at its n-th call. Whether it came to that; and what is wrong after."""
    home = Home(f"v{version}n{nth}")
    path = home.data / "onward.db"
    of_version(version, path)
    watched = [home.data / f"onward.db{end}" for end in ("", "-wal")]
    for number in range(1, len(STEPS)):
        backup = f"onward.db.backup-v{number}"
        watched += [home.data / backup, home.data / f"{backup}.new", home.data / f"{backup}.new-journal"]
    calls = f"{strike.DATA},{strike.NAMES}"
    ran = home.run("list", "--json", wrap=strike.at(calls, nth, *watched))
    if ran.code != strike.KILLED:
        return False, "" if ran.code == 0 else f"it ended with {ran}"
    again = told(home)
    if again != expected:
        return True, f"after the kill at {nth}: {again}"
    if schema_of(path) != fresh:
        return True, f"after the kill at {nth} the schema differs"
    strays = [name.name for name in home.data.iterdir() if name.name.endswith((".new", "-wal", "-journal"))]
    return True, f"after the kill at {nth} there are left {strays}" if strays else ""


def walk(version, expected, fresh):
    """Every n, until a run ends without meeting it."""
    nth, wrong = 1, ""
    while True:
        met, wrong = broken_upgrade(version, nth, expected, fresh)
        if wrong or not met:
            break
        nth += 1
    words = f"an upgrade from version {version} killed at each of {nth - 1} calls ends as one that was not"
    check(words, not wrong and nth > 10, wrong or f"only {nth - 1} calls")


def cases():
    home = Home("fresh")
    home.run("list")
    fresh = schema_of(home.data / "onward.db")
    check(f"a new database has version {len(STEPS)}", fresh[0] == len(STEPS), fresh[0])
    expected = {version: upgraded(version, fresh) for version in range(1, len(STEPS) + 1)}
    if not (strike.can_strike() and is_root()):
        skip("an upgrade killed at each write: no strace")
        return
    older = range(1, len(STEPS))
    for version in older if LONG else {1, random.choice(older[1:])}:
        walk(version, expected[version], fresh)
