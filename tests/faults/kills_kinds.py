"""What is killed in part `kills`: worlds in which one deed is about to be done."""

import hashlib
import os
import time

from bed import Home, Origin, within

SIZE = 3 << 20
RATE = 3 << 20
# Quick, and yet so that little waits in the sockets: what is sent is what was asked for.
QUICK = 24 << 20
CLAIMS = ("queued", "paused", "waiting", "cancelled", "needs_link")


class Untagged(Origin):
    """Nothing tells whether the file is the same."""

    def send_head(self, connection, status, fields):
        super().send_head(connection, status, {k: v for k, v in fields.items() if k != "ETag"})


class Kind:
    """A plain download."""

    def __init__(self, origin=Origin):
        self.origin = origin(SIZE, rate=RATE)
        self.home = Home("kill")
        self.home.out.mkdir()
        self.more = ()
        self.mine = {}
        self.prepare()

    def prepare(self):
        pass

    def half(self):
        """A run that is broken off in its middle, in order."""
        child = self.home.start("get", self.origin.url, "--dir", self.home.out, "--quiet", *self.more)
        within(20, lambda: self.origin.sent > SIZE // 2)
        child.terminate()
        child.wait()

    def get(self, wrap=()):
        return self.home.get(self.origin.url, "--connections", "2", *self.more, wrap=wrap)

    def deed(self, wrap=()):
        return self.get(wrap)

    def may_end(self, ran):
        return ran.code == 0

    def right(self, _shown):
        """What the part of a job shown so is to hold."""
        return self.origin.body

    def wrong(self):
        """What stands there that may not: words, or nothing."""
        for name, path in self.home.files().items():
            if name.endswith(".part"):
                continue
            right = self.mine.get(name, self.origin.body)
            if path.read_bytes() != right:
                return f"wrong bytes stand at {name}"
        for job in self.home.list():
            shown = self.home.show(job["id"])
            if job["state"] not in CLAIMS or not shown["ranges"]:
                continue
            try:
                with open(shown["part"], "rb") as part:
                    held = part.read()
            except FileNotFoundError:
                return f"{shown['ranges']} are claimed, and {shown['part']} is not there"
            right = self.right(shown)
            for span in shown["ranges"]:
                first, end = span["start"], span["end"]
                if held[first:end] != right[first:end]:
                    return f"{first} to {end} of {shown['part']} is claimed and differs"
        return ""

    def a_minute_goes_by(self):
        """An empty part that no job knows of is taken only once it has lain there for a minute."""
        for name, path in self.home.files().items():
            stat = path.stat()
            if name.endswith(".part") and stat.st_size == 0 and stat.st_blocks == 0:
                os.utime(path, (time.time() - 120,) * 2)

    def has_ended(self):
        """Asked for once more, a finished one would be fetched a second time."""
        return any(job["state"] == "completed" for job in self.home.list())

    def goes_on(self):
        """Runs on to the end; what is wrong then."""
        self.origin.rate = QUICK
        self.a_minute_goes_by()
        if not self.has_ended():
            ran = self.get()
            if ran.code != 0:
                return f"the next run: {ran}"
        expected = {**self.mine, self.name(): self.origin.body}
        found = {name: path.read_bytes() for name, path in self.home.files().items()}
        if found != expected:
            told = {name: "right" if expected.get(name) == held else len(held) for name, held in found.items()}
            return f"in the end there stand {told}"
        states = [job["state"] for job in self.home.list()]
        return "" if states == ["completed"] else f"in the end the list says {states}"

    def name(self):
        return "file.bin"


class Checked(Kind):
    """With a checksum to compare at the end."""

    def prepare(self):
        self.more = ("--checksum", f"sha256:{hashlib.sha256(self.origin.body).hexdigest()}")


class Changed(Kind):
    """Half of it is held, and another file stands at the link now."""

    def prepare(self):
        self.half()
        self.old = self.origin.body
        self.origin.change()

    def right(self, shown):
        return self.old if shown["etag"] == '"one"' else self.origin.body


class Taken(Kind):
    """Something stands at the name already, or comes to stand there in the middle."""

    def prepare(self):
        self.half()
        (self.home.out / "file.bin").write_bytes(b"mine")
        self.mine = {"file.bin": b"mine"}

    def name(self):
        return "file (1).bin"


class Removed(Kind):
    """A half fetched and a finished one are removed with their files."""

    def prepare(self):
        self.half()
        self.origin.rate = None
        self.home.get(f"{self.origin.url}?other", "--name", "other.bin")
        (self.home.out / "own.bin").write_bytes(b"mine")
        self.mine = {"own.bin": b"mine"}

    def deed(self, wrap=()):
        return self.home.run("remove", "1", "2", "--delete-files", wrap=wrap)

    def wrong(self):
        own = self.home.out / "own.bin"
        return "" if own.is_file() and own.read_bytes() == b"mine" else "a file of another was touched"

    def has_ended(self):
        return not self.home.list()

    def goes_on(self):
        left = [str(job["id"]) for job in self.home.list()]
        if left:
            ran = self.home.run("remove", *left, "--delete-files")
            if ran.code != 0:
                return f"removed again: {ran}"
        names, jobs = sorted(self.home.files()), self.home.list()
        return "" if names == ["own.bin"] and not jobs else f"left: {names}, {jobs}"


class Cancelled(Kind):
    """A half fetched one is cancelled, and then wanted after all."""

    def prepare(self):
        self.half()

    def deed(self, wrap=()):
        return self.home.run("cancel", "1", wrap=wrap)

    def may_end(self, ran):
        return ran.code == 0 and self.home.list()[0]["state"] == "cancelled"


class Refreshed(Kind):
    """A half fetched one is given a fresh link with the same bytes."""

    def prepare(self):
        self.half()
        self.first = self.origin
        self.held = sum(span["end"] - span["start"] for span in self.home.show(1)["ranges"])
        self.origin = Origin(SIZE, rate=QUICK)
        self.origin.tag = '"another"'

    def deed(self, wrap=()):
        return self.home.run("refresh", "1", self.origin.url, wrap=wrap)

    def goes_on(self):
        if self.home.list()[0]["url"] != self.origin.url:
            ran = self.deed()
            if ran.code != 0:
                return f"refreshed again: {ran}"
        sent = self.origin.sent
        wrong = super().goes_on()
        # Some is sent for nothing when connections part.
        if not wrong and self.origin.sent - sent > SIZE - self.held + SIZE // 4:
            wrong = f"of {SIZE} bytes {self.held} were held, and {self.origin.sent - sent} were fetched"
        return wrong


ALL = {
    "a download": Kind,
    "with a checksum": Checked,
    "a changed file": Changed,
    "no validator": lambda: Kind(Untagged),
    "a taken name": Taken,
    "remove --delete-files": Removed,
    "cancel": Cancelled,
    "refresh": Refreshed,
}
