"""Very many jobs, and very many starts."""

import os
import sqlite3
import time

from bed import LONG, Home, check

COUNT = 100_000 if LONG else 20_000
# For a debug build on a loaded machine. A release build needs about a tenth of the time.
MOST_SECONDS, MOST_KIB = 60, 700 << 10
CYCLES = 1000 if LONG else 100


def fill(home, count):
    """Copies one job so often."""
    home.run("add", "--paused", "--dir", home.out, "http://127.0.0.1:9/first.bin")
    base = sqlite3.connect(home.data / "onward.db")
    for table, key in (("jobs", "id"), ("sources", "job")):
        columns = [row[1] for row in base.execute(f"PRAGMA table_info({table})")]
        copied = ", ".join("n" if column in (key, "position") and table == "jobs" or column == key
                           else column for column in columns)
        numbers = f"WITH RECURSIVE c(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM c WHERE n < {count})"
        base.execute(f"INSERT INTO {table} ({', '.join(columns)}) {numbers} "
                     f"SELECT {copied} FROM c, {table} WHERE {key} = 1")
    base.commit()
    base.close()


def measured(home, *words):
    """Runs it; its code, seconds and the most memory it had, in KiB."""
    begun = time.monotonic()
    with open(home.dir / "told", "wb") as out:
        child = home.start(*words, stdout=out, stderr=out)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, time.monotonic() - begun, used.ru_maxrss


def what(words):
    return " ".join(words) if len(words) < 5 else f"{words[0]} each of them"


def very_many():
    home = Home("many")
    fill(home, COUNT)
    for words in (("list",), ("list", "--json"), ("add", "--paused", "http://127.0.0.1:9/x"),
                  ("pause", "--all"), ("retry", "--all"), ("cancel", "--all"), ("remove", *map(str, range(1, COUNT + 2)))):
        code, seconds, kib = measured(home, *words)
        is_good = code == 0 and seconds < MOST_SECONDS and kib < MOST_KIB
        check(f"{COUNT} jobs, {what(words)}: {seconds:.1f} s, {kib >> 10} MiB", is_good,
              f"code {code}: {(home.dir / 'told').read_bytes()[-300:]}")
        if words == ("list", "--json"):
            check(f"each of {COUNT} jobs is told", (home.dir / "told").read_bytes().count(b'"id"') == COUNT)
    check("after all are removed none is left", home.list() == [], len(home.list()))


def names_in(home):
    """A socket may outlive the one who listened there; the next one takes its place."""
    return sorted(path.name for path in home.data.iterdir() if not path.name.endswith(".sock"))


def very_often():
    home = Home("often")
    home.run("list")
    before = names_in(home)
    wrong = ""
    for number in range(CYCLES // 2):
        added = home.run("add", "--paused", "--dir", home.out, f"http://127.0.0.1:9/{number}")
        listed = home.run("list")
        if added.out != str(number + 1) or listed.code != 0:
            wrong = f"at {number}: {added}, {listed}"
            break
    now = names_in(home)
    if now != before:
        wrong = wrong or f"other files: {now}"
    jobs = len(home.list())
    if jobs != CYCLES // 2:
        wrong = wrong or f"{jobs} jobs"
    size = (home.data / "onward.db").stat().st_size
    if size > 200_000 + jobs * 2000:
        wrong = wrong or f"{size} bytes for {jobs} jobs"
    check(f"{CYCLES} starts: {jobs} jobs, {size >> 10} KiB, files {now}", not wrong, wrong)


def cases():
    very_many()
    very_often()
