"""A download that is under way or broken off, and what is asked of it after the world changed."""

import signal
import time

from bed import Home, Origin, check, random

SIZE = 6 << 20
SLOW, QUICK = 4 << 20, 24 << 20
# What may come again beyond what is missing: overlaps, seams, what is on its way as connections part.
SLACK = 2 << 20


class World:
    """A home and an origin with one file."""

    def __init__(self, out=None, data=None, size=SIZE, origin=Origin):
        self.origin = origin(size, rate=SLOW)
        self.home = Home("world", data=data, out=out)
        self.part = self.home.out / "file.bin.part"
        self.end = self.home.out / "file.bin"

    def begin(self, *more, wrap=()):
        return self.home.start("get", self.origin.url, "--dir", self.home.out, "--quiet", *more, wrap=wrap)

    def half(self, how=None, seconds=0.9):
        """A run broken off in its middle, in order or not; the bytes that are then claimed."""
        child = self.begin()
        time.sleep(seconds)
        child.send_signal(how or random.choice((signal.SIGTERM, signal.SIGKILL)))
        child.wait()
        return self.held()

    def held(self):
        return [(span["start"], span["end"]) for job in self.home.list()
                for span in self.home.show(job["id"])["ranges"] or []]

    def held_bytes(self):
        return sum(end - first for first, end in self.held())

    def get(self, **how):
        self.origin.rate = QUICK
        return self.home.get(self.origin.url, **how)

    def log(self):
        return [line["text"] for job in self.home.list() for line in self.home.show(job["id"])["log"]]

    def ends(self, name="file.bin", others=(), kept=0):
        """Runs to the end; what is wrong: the file, what else stands there, or too much came again.
        `kept` are bytes that need not come again."""
        before = self.origin.sent
        ran = self.get()
        if ran.code != 0:
            return f"the run that should end it: {ran}"
        found = self.home.files()
        if name not in found or not found[name].is_file() or found[name].read_bytes() != self.origin.body:
            return f"{name} is not right; there stand {sorted(found)}"
        if sorted(found) != sorted({name, *others}):
            return f"there stand {sorted(found)}"
        came = self.origin.sent - before
        if came > len(self.origin.body) - kept + SLACK:
            return f"{came} bytes came, {kept} were held"
        return ""

    def ended(self, words, why="", **how):
        """One case: what was found before, else how it ends."""
        why = why or self.ends(**how)
        check(words, not why, f"{why}; log: {self.log()[-4:]}" if why else "")


def says(ran, code, *words):
    """What of an end is not as it must be: its code, one plain line, one of these words in it."""
    if ran.code != code:
        return f"not code {code}: {ran}"
    if len(ran.err.splitlines()) != 1 or not any(word in ran.err.lower() for word in words):
        return f"not the words for it: {ran.err!r}"
    return ""
