"""What the system tells of a running program: its memory at its highest, its open descriptors, and
how a run ended with both.

Invariant: a figure is None where the program was gone before it could be read; no case may take None
for small."""

import pathlib
import subprocess
import threading
import time

import bed


def peak_mib(pid):
    """The most memory the program ever held, in MiB (VmHWM)."""
    return _status(pid, "VmHWM")


def held_mib(pid):
    """What it holds now, in MiB."""
    return _status(pid, "VmRSS")


def _status(pid, field):
    try:
        text = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    lines = [line for line in text.splitlines() if line.startswith(field + ":")]
    return int(lines[0].split()[1]) / 1024 if lines else None


def descriptors(pid):
    """How many it has open."""
    try:
        return len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return None


class Watched:
    """A run, with its memory and its time. `code` is None where it had to be killed."""

    def __init__(self, child, patience):
        self.peak, begun = None, time.monotonic()
        self._over = threading.Event()
        looking = threading.Thread(target=self._look, args=(child.pid,), daemon=True)
        looking.start()
        try:
            out, err = child.communicate(timeout=patience)
            self.code = child.returncode
        except subprocess.TimeoutExpired:
            child.kill()
            out, err = child.communicate()
            self.code = None
        self.seconds = time.monotonic() - begun
        self._over.set()
        looking.join()
        self.out, self.err = (text.decode(errors="replace").strip() for text in (out, err))

    def _look(self, pid):
        while not self._over.is_set():
            seen = peak_mib(pid)
            self.peak = seen if seen is not None else self.peak
            self._over.wait(0.02)

    @property
    def figures(self):
        return f"{self.seconds:.1f} s, {self.peak or 0:.0f} MiB"

    def __repr__(self):
        return f"code {self.code}, {self.figures}, said {self.err[-300:]!r}"


def watched_get(home, url, *more, patience=bed.PATIENCE):
    """`home.get`, watched."""
    child = home.start("get", url, "--dir", home.out, "--quiet", *more)
    ran = Watched(child, patience)
    bed._children.remove(child)
    return ran
