"""What every part in this folder stands on: a home of its own for the program, an origin whose bytes
are known, and the count of cases.

Invariant: whatever a part starts is ended by its own number and whatever it mounts is unmounted, also
when it fails; everything lies in a folder of its own, taken away at the end (kept with KEEP=1). Only
loopback is spoken to.

ONWARD  the program (default target/debug/onward)
LONG    set by `run --long`: more cases, bigger figures
SEED    for the same choices again; printed at the start
"""

import atexit
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
ONWARD = os.environ.get("ONWARD", str(ROOT / "target/debug/onward"))
LONG = bool(os.environ.get("LONG"))
SEED = int(os.environ.get("SEED") or random.randrange(1 << 32))
WORK = pathlib.Path(tempfile.mkdtemp(prefix="onward-faults."))
# Seconds any one run of the program may take, unless the case says otherwise.
PATIENCE = 60

_passed, _failed, _skipped = [], [], []
_children = []
_mounts = []


def ok(words):
    _passed.append(words)
    print(f"ok   {words}", flush=True)


def fail(words):
    _failed.append(words)
    print(f"FAIL {words}", flush=True)


def skip(words):
    """A case that cannot be had on this machine: counted and said, never silent."""
    _skipped.append(words)
    print(f"skip {words}", flush=True)


def check(words, is_so, why=""):
    """One case; `why` is told where it fails."""
    if is_so:
        ok(words)
    else:
        fail(f"{words}: {why}" if why else words)
    return bool(is_so)


def finish():
    """The last line of every part; its exit code."""
    skipped = f", {len(_skipped)} skipped" if _skipped else ""
    print(f"\n{len(_passed)} passed, {len(_failed)} failed{skipped}")
    sys.exit(1 if _failed or not (_passed or _skipped) else 0)


def started(child):
    """To be ended with the part."""
    _children.append(child)
    return child


def mounted(target):
    """To be unmounted with the part, the last one first."""
    _mounts.append(str(target))
    return target


def _clean_up():
    for child in _children:
        if child.poll() is None:
            child.kill()
            child.wait()
    for target in reversed(_mounts):
        subprocess.run(["umount", "-l", target], stderr=subprocess.DEVNULL, check=False)
    if os.environ.get("KEEP"):
        print(f"kept: {WORK}", file=sys.stderr)
    else:
        shutil.rmtree(WORK, ignore_errors=True)


atexit.register(_clean_up)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def is_root():
    return os.geteuid() == 0


def within(seconds, is_so):
    """Waits until `is_so()`; false where it is not in time."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class Home:
    """The program in a world of its own: `data` with its database, `out` where files go. Both may be
    put elsewhere, on a file system made for the case."""

    def __init__(self, name="home", data=None, out=None):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix=f"{name}.", dir=WORK))
        self.data = pathlib.Path(data or self.dir / "data")
        self.out = pathlib.Path(out or self.dir / "out")
        self.env = {
            "HOME": str(self.dir), "PATH": os.environ["PATH"], "LANG": "C.UTF-8",
            "TMPDIR": str(self.dir), "RUST_BACKTRACE": "1",
        }

    def start(self, *words, wrap=(), **more):
        """Starts the program; `wrap` stands before it: strace, prlimit and their words."""
        line = [*wrap, ONWARD, "--data-dir", str(self.data), *map(str, words)]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return started(subprocess.Popen(line, env=self.env, **{**pipes, **more}))

    def run(self, *words, patience=PATIENCE, wrap=(), **more):
        """Runs it to its end. One that does not end in time is killed and its code is None."""
        child = self.start(*words, wrap=wrap, **more)
        try:
            out, err = child.communicate(timeout=patience)
            code = child.returncode
        except subprocess.TimeoutExpired:
            child.kill()
            out, err = child.communicate()
            code = None
        _children.remove(child)
        text = [part.decode(errors="replace").strip() if part else "" for part in (out, err)]
        return Ran(code, *text)

    def get(self, url, *more, **how):
        return self.run("get", url, "--dir", self.out, "--quiet", *more, **how)

    def list(self):
        return json.loads(self.run("list", "--json").out or "[]")

    def show(self, number):
        return json.loads(self.run("show", number, "--json").out)

    def files(self):
        """What lies in the folder of downloads, by name."""
        return {path.name: path for path in self.out.iterdir()} if self.out.is_dir() else {}

    def false_claims(self, right):
        """What the store claims to hold of each unfinished job and is not so on the disk: words, or
        nothing. `right` is what the file is to be."""
        for job in self.list():
            shown = self.show(job["id"])
            ranges = shown.get("ranges") or []
            if job["state"] == "completed" or not ranges:
                continue
            part = self.out / (job["name"] + ".part")
            try:
                held = part.read_bytes()
            except FileNotFoundError:
                return f"job {job['id']} claims {ranges}, and {part.name} is not there"
            for span in ranges:
                first, end = span["start"], span["end"]
                if held[first:end] != right[first:end]:
                    return f"job {job['id']} claims {first} to {end} of {part.name}, which differs"
        return ""


class Ran:
    """How a run ended."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def __repr__(self):
        return f"code {self.code}, said {self.err[-300:]!r}"


class Origin:
    """An HTTP/1.1 server with ranges, If-Range and a strong ETag, over bytes that are known.

    `rate` is bytes a second for each connection, None for as fast as can be; `sent` and `requests`
    count. `answer(request, connection)` may be replaced by a case that wants to answer otherwise."""

    def __init__(self, size=1 << 20, rate=None, name="file.bin", seed=None, address="127.0.0.1"):
        self.body = random.Random(SEED if seed is None else seed).randbytes(size)
        self.rate, self.name, self.tag = rate, name, '"one"'
        self.sent = self.requests = 0
        self.seen = []
        self.lock = threading.Lock()
        self.socket = socket.create_server((address, 0), backlog=512)
        self.port = self.socket.getsockname()[1]
        self.url = f"http://{address}:{self.port}/{name}"
        threading.Thread(target=self._accept, daemon=True).start()

    def change(self):
        """Another file stands there now."""
        self.body = random.Random(f"{SEED}{self.tag}").randbytes(len(self.body))
        self.tag = f'"{self.tag[1:-1]}+"'

    def _accept(self):
        while True:
            connection, _ = self.socket.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pending = b""
            try:
                while True:
                    while b"\r\n\r\n" not in pending:
                        got = connection.recv(65536)
                        if not got:
                            return
                        pending += got
                    head, _, pending = pending.partition(b"\r\n\r\n")
                    request = Request(head.decode("latin-1"))
                    with self.lock:
                        self.requests += 1
                        self.seen.append(request)
                    if self.answer(request, connection) is False:
                        return
            except OSError:
                return

    def answer(self, request, connection):
        """Answers one request; False closes the connection."""
        body, tag = self.body, self.tag
        first, end, status = 0, len(body), "200 OK"
        asked = request.headers.get("range", "").removeprefix("bytes=")
        if asked and request.headers.get("if-range", tag) == tag:
            low, _, high = asked.partition("-")
            first, end = int(low), min(int(high) + 1 if high else len(body), len(body))
            status = "206 Partial Content"
            if first >= len(body):
                self.send_head(connection, "416 Range Not Satisfiable",
                               {"Content-Range": f"bytes */{len(body)}", "Content-Length": 0})
                return True
        fields = {"Content-Length": end - first, "ETag": tag, "Accept-Ranges": "bytes"}
        if asked and status.startswith("206"):
            fields["Content-Range"] = f"bytes {first}-{end - 1}/{len(body)}"
        self.send_head(connection, status, fields)
        if request.method != "HEAD":
            self.send_body(connection, body, first, end)
        return True

    def send_head(self, connection, status, fields):
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in fields.items())]
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    def send_body(self, connection, body, first, end):
        ready = time.monotonic()
        step = 16 << 10 if self.rate else 256 << 10
        while first < end:
            part = body[first : min(first + step, end)]
            connection.sendall(part)
            with self.lock:
                self.sent += len(part)
            first += len(part)
            if self.rate:
                ready = max(ready, time.monotonic() - 0.05) + len(part) / self.rate
                time.sleep(max(0, ready - time.monotonic()))


class Request:
    """What was asked: header names in small letters, the last value of each."""

    def __init__(self, head):
        self.head = head
        line, *fields = head.split("\r\n")
        self.method, self.target, *_ = line.split(" ") + ["", ""]
        pairs = (field.partition(":") for field in fields)
        self.headers = {name.strip().lower(): value.strip() for name, _, value in pairs}


def begin(words):
    """The first lines of every part."""
    random.seed(SEED)
    if not os.access(ONWARD, os.X_OK):
        sys.exit(f"no program at {ONWARD}: build it with cargo build, or set ONWARD")
    print(f"{words}\nseed {SEED}, {ONWARD}", flush=True)
