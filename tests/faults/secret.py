"""Secrets that can be found again wherever they come to lie, and servers that tell what they were sent.

Invariant: each secret has a core of its own which percent-encoding leaves as it is; base64 of it is
looked for in its three alignments, and hex too, so that no usual form of it goes unseen."""

import base64
import contextlib
import random
import sqlite3

from bed import SEED, Origin

_dice = random.Random(SEED)


def _core(kind):
    return kind + "".join(_dice.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=14))


class Secrets:
    """One of each kind, and the words that give them to the program."""

    KINDS = ("userpw", "cookie", "bearer", "xtoken", "query", "signature", "linkpw", "proxypw",
             "referer")

    def __init__(self):
        self.of = {kind: _core(kind) for kind in self.KINDS}

    def in_bytes(self, data, but=()):
        """Which of them lie in `data`, whatever form they have."""
        found = set()
        for kind, core in self.of.items():
            if kind not in but and any(form in data for form in forms(core)):
                found.add(kind)
        return found

    def in_text(self, text, but=()):
        return self.in_bytes(text.encode(), but)

    def options(self):
        """Everything but what stands in the link."""
        return ["--user", f"ann:{self.of['userpw']}@/+", "--cookie", f"sid={self.of['cookie']}; b=c",
                "--header", f"X-Token: {self.of['xtoken']}",
                "--header", f"X-Bearer: Bearer {self.of['bearer']}",
                "--referer", f"http://page.example/a?ref={self.of['referer']}"]

    def link(self, url):
        """The link with a signed query and, where `--user` is not given, could be with userinfo."""
        return f"{url}?token={self.of['query']}&Signature={self.of['signature']}%2F%2B"


def forms(core):
    """The core as it is, in hex, and as base64 has it in its middle, whatever stands before it."""
    raw = core.encode()
    yield raw
    yield raw.hex().encode()
    for before in range(3):
        coded = base64.b64encode(b"x" * before + raw)
        yield coded[4 if before else 0 : -4]


def in_database(path, secrets):
    """Kind of secret → the columns of the database it stands in."""
    found = {}
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
        tables = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        for table in tables:
            rows = base.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in rows.description]
            for row in rows:
                for name, value in zip(names, row):
                    data = value if isinstance(value, bytes) else str(value).encode()
                    for kind in secrets.in_bytes(data):
                        found.setdefault(kind, set()).add(f"{table}.{name}")
    return found


class Told(Origin):
    """An origin on an address of the case's choice which keeps every head it was sent; where `to` is
    set it redirects there."""

    def __init__(self, to=None, **more):
        self.to, self.more = to, {}
        super().__init__(**more)

    def answer(self, request, connection):
        if self.to:
            self.send_head(connection, "302 Found", {"Location": self.to, "Content-Length": 0})
            return True
        return super().answer(request, connection)

    def send_head(self, connection, status, fields):
        super().send_head(connection, status, {**fields, **self.more})

    def heads(self):
        return "\n\n".join(request.head for request in self.seen)
