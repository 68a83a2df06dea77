"""A running owner of a data directory, and what may be said to its socket.

Invariant: whether a question in order is answered is seen by the program's own command line, as a user
sees it, its start included."""

import json
import os
import pathlib
import socket
import threading
import time

from bed import LONG, Home, Origin, check, fail, within

# Within this a question in order must be answered, the start of the command included.
ANSWERED = 1.0
NOBODY = 65534

# What is no question in order, by what is wrong with it.
GARBAGE = {
    "nothing": b"", "an empty line": b"\n", "no JSON": b"hello\n", "an empty object": b"{}\n",
    "another version": b'{"v":2,"command":"List"}\n', "a huge version": b'{"v":1e400,"command":0}\n',
    "no such command": b'{"v":1,"command":"Format"}\n', "half a question": b'{"v":1,"comm',
    "a question without an end": b'{"v":1,"command":"List"}', "NUL": b"\0" * 100 + b"\n",
    "no UTF-8": b'{"v":1,"command":"\xff\xfe"}\n', "deep": b"[" * 100_000 + b"\n",
    "deep objects": b'{"v":' * 100_000 + b"\n", "HTTP": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "two questions": b'{"v":1,"command":"List"}\n{"v":1,"command":"List"}\n',
    "a number of a megabyte": b'{"v":' + b"9" * (1 << 20) + b"}\n",
    "a job without a number": b'{"v":1,"command":{"Show":-1}}\n',
    "a link that is none": b'{"v":1,"command":{"Add":[{"url":"file:///etc/passwd"}]}}\n',
}


class Owner:
    """A `get` that runs as long as the case likes and owns the data directory."""

    def __init__(self, name, size=3 << 20, home=None, **more):
        self.home = home or Home(name)
        self.origin = Origin(size=size, rate=20 << 10, name=f"{name}.bin")
        self.child = self.home.start("get", self.origin.url, "--dir", self.home.out, "--quiet",
                                     "--connections", "2", **more)
        self.socket = self.home.data / "onward.sock"
        if not within(10, lambda: self.socket.exists() and self.origin.sent > 0):
            fail(f"{name}: no owner: {self.child.poll()}")

    @property
    def pid(self):
        return self.child.pid

    def connect(self, patience=1.0):
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(patience)
        link.connect(str(self.socket))
        return link

    def asked(self, line, patience=3.0):
        """What it answers to a line of bytes: None where it just closes."""
        with self.connect(patience) as link:
            try:
                link.sendall(line)
                link.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            answer = b""
            while not answer.endswith(b"\n"):
                try:
                    got = link.recv(65536)
                except ConnectionResetError:
                    break
                if not got:
                    break
                answer += got
        return answer.decode() or None

    def answer_time(self):
        """Seconds until `list` was answered by this owner; a large figure where it was not."""
        begun = time.monotonic()
        ran = self.home.run("list", "--json", patience=30)
        took = time.monotonic() - begun
        return took if ran.code == 0 and owner_lists(ran, self.origin.url) else 99

    def ends_right(self, words):
        self.origin.rate = None
        out, err = self.child.communicate(timeout=60)
        target = pathlib.Path(out.decode().strip() or "/nonexistent")
        right = target.is_file() and target.read_bytes() == self.origin.body
        check(words, self.child.returncode == 0 and right,
              f"code {self.child.returncode}, said {err.decode()[-300:]!r}")


def owner_lists(ran, url):
    return any(job["url"] == url for job in json.loads(ran.out or "[]"))


def answered(words, owner):
    """The slowest of three questions in order."""
    slowest = max(owner.answer_time() for _ in range(3))
    return check(f"{words}: a question in order is answered in {slowest:.2f} s",
                 slowest < ANSWERED, f"it may take {ANSWERED} s")


def as_nobody(deed):
    """What a child under another user says of `deed`: its error's name, or "done"."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        try:
            deed()
            word = "done"
        except OSError as error:
            word = type(error).__name__
        os.write(writing, word.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return pipe.read()


def pours(owner, link_count, sent):
    """Connections that send without ever a line's end, until they are dropped."""
    def pour():
        piece = b"[" * (1 << 20)
        try:
            with owner.connect(20) as link:
                while True:
                    link.sendall(piece)
                    sent.append(len(piece))
        except OSError:
            return
    threads = [threading.Thread(target=pour, daemon=True) for _ in range(link_count)]
    for thread in threads:
        thread.start()
    return threads


def come_and_go():
    """One owner after the other ends while questions come: each is answered by one or the next, and what
    was added is there once."""
    home, origin = Home("relay"), Origin(size=100 << 10)
    end = time.monotonic() + (60 if LONG else 12)
    asked, odd, added = [], [], []

    def asks(number):
        while time.monotonic() < end:
            ran = home.run("list", "--json")
            asked.append(ran)
            if ran.code != 0 or not ran.out.startswith("["):
                odd.append(f"list: {ran}")
            ran = home.run("add", f"http://127.0.0.1:9/{number}/{len(added)}", "--paused", "--dir", home.out)
            added.extend(ran.out.split())
            if ran.code != 0:
                odd.append(f"add: {ran}")

    threads = [threading.Thread(target=asks, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    owners = 0
    while time.monotonic() < end:
        ran = home.get(origin.url)
        owners += 1
        if ran.code != 0:
            odd.append(f"get: {ran}")
    for thread in threads:
        thread.join()
    waiting = [str(job["id"]) for job in home.list() if job["state"] == "paused"]
    check(f"{owners} owners came and went: {len(asked)} lists answered, {len(added)} added and there",
          not odd and asked and sorted(waiting) == sorted(added), odd[:3])
