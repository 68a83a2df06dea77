"""Clocks that are set, and a program that stands still for a while."""

import os
import shutil
import signal
import time

from bed import LONG, Origin, check, skip, within
from world_bed import QUICK, World

YEAR = "1y"
# A wait of a year is not waited for; one of some seconds is.
SOON = 40


class Busy(Origin):
    """Says for a while that it is too busy, and when to come again."""

    refusals, after = 1, 3

    def answer(self, request, connection):
        if self.refusals:
            self.refusals -= 1
            self.send_head(connection, "503 Service Unavailable",
                           {"Retry-After": self.after, "Content-Length": 0})
            return True
        return super().answer(request, connection)


def faked(world, *words):
    """The words before the program, whose time of day is moved; its steady clock is left alone."""
    world.home.env["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"
    world.home.env["DONT_FAKE_MONOTONIC"] = "1"
    return ("faketime", "-f", *words)


def set_between(by):
    """Half fetched, then made to wait by its server; then the clock is another."""
    world = World(origin=Busy)
    world.origin.refusals = 0
    world.half()
    held = world.held_bytes()
    world.origin.refusals, world.origin.after = 1, 60
    child = world.begin()
    waits = within(20, lambda: world.origin.refusals == 0)
    time.sleep(0.5)
    child.kill()
    child.wait()
    world.origin.rate = QUICK
    begun, sent = time.monotonic(), world.origin.sent
    ran = world.home.get(world.origin.url, wrap=faked(world, by), patience=90)
    took = time.monotonic() - begun
    why = "" if waits else "it was not refused"
    if ran.code != 0 or world.end.read_bytes() != world.origin.body:
        why = why or f"{ran}"
    if took > 75:
        why = why or f"it took {took:.0f} s"
    came = world.origin.sent - sent
    if came > len(world.origin.body) - held + (2 << 20):
        why = why or f"{came} bytes came, {held} were held"
    check(f"a job made to wait 60 s, the clock set {by} between runs: goes on after {took:.0f} s", not why, why)


def set_while_it_runs(by, waiting):
    """The clock is set while it fetches, or while it waits for its server."""
    world = World(origin=Busy if waiting else Origin)
    if waiting:
        world.origin.refusals, world.origin.after = 1, 8
    clock = world.home.dir / "clock"
    clock.write_text("+0\n")
    world.home.env.update({
        "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "LD_PRELOAD": preload(),
    })
    begun = time.monotonic()
    child = world.begin()
    time.sleep(0.8)
    clock.write_text(f"{by}\n")
    err = child.communicate(timeout=90)[1].decode()
    took = time.monotonic() - begun
    why = ""
    if child.returncode != 0 or not world.end.is_file() or world.end.read_bytes() != world.origin.body:
        why = f"code {child.returncode}, said {err!r}"
    if took > SOON:
        why = why or f"it took {took:.0f} s"
    what = "while it waits" if waiting else "while it fetches"
    told = [text for text in world.log() if "slept" in text.lower() or "clock" in text.lower()]
    check(f"the clock set {by} {what}: done after {took:.1f} s, told {told}", not why, why)


def preload():
    folders = ("/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime")
    for folder in folders:
        path = os.path.join(folder, "libfaketimeMT.so.1")
        if os.path.exists(path):
            return path
    return ""


class Parting(Origin):
    """Closes what is open when it is told to, as servers do with who says nothing for long."""

    def __init__(self, *words, **more):
        self.open = set()
        self.cut = False
        super().__init__(*words, **more)

    def _serve(self, connection):
        self.open.add(connection)
        super()._serve(connection)
        self.open.discard(connection)

    def part(self):
        for connection in list(self.open):
            try:
                connection.shutdown(2)
            except OSError:
                pass


def stopped(seconds):
    """As in a sleep of the computer, but for the clocks: these go on."""
    world = World(origin=Parting)
    child = world.begin("--connections", "4")
    within(10, lambda: world.origin.sent > 1 << 20)
    child.send_signal(signal.SIGSTOP)
    time.sleep(0.3)
    world.origin.part()
    time.sleep(seconds)
    child.send_signal(signal.SIGCONT)
    begun, sent = time.monotonic(), world.origin.sent
    err = child.communicate(timeout=60)[1].decode()
    took = time.monotonic() - begun
    why = ""
    if child.returncode != 0 or world.end.read_bytes() != world.origin.body:
        why = f"code {child.returncode}, said {err!r}"
    if took > 15:
        why = why or f"{took:.1f} s after it was let go on"
    check(f"stopped for {seconds} s, its connections closed meanwhile: done {took:.1f} s after", not why,
          why or sent)


def cases():
    stopped(10 if LONG else 2)
    if not (shutil.which("faketime") and preload()):
        skip("the clock set forward and back: no faketime")
        return
    for by in ("-1y", "+1y") if LONG else ("-1y",):
        set_between(by)
    for by in ("-1y", "+1y"):
        for waiting in (False, True):
            set_while_it_runs(by, waiting)
    skip("the monotonic clock standing still while the boot clock goes on: only a real suspend does that")
