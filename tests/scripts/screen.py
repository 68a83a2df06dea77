"""The program's window from outside: what is on the screen is read through AT-SPI, acted on with real
keys and clicks (xdotool). Runs in a session that `with_accessibility` has made."""

import pathlib
import re
import subprocess
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


def until(seconds, holds):
    """Waits until `holds` gives something; what it gave."""
    end = time.monotonic() + seconds
    while True:
        try:
            found = holds()
        except gi.repository.GLib.Error:
            # What was looked at has gone meanwhile.
            found = None
        if found or time.monotonic() > end:
            return found
        time.sleep(0.1)


def words_of(locale):
    """The plain sentences of a language, by key."""
    text = (ROOT / f"assets/locales/{locale}.ftl").read_text()
    return dict(re.findall(r"^([a-z][a-z0-9-]*) = (.+)$", text, re.M))


# What parts the sentence of a row.
COMMA = "，|, "


def row_of(name):
    """Whether a sentence is that of the row of this name."""
    return lambda told: re.split(COMMA, told)[0] == name


def xdotool(*arguments):
    return subprocess.run(["xdotool", *map(str, arguments)], capture_output=True, text=True).stdout


class Screen:
    """The program's window, by what it tells of itself."""

    def __init__(self, program, data):
        self.errors = open(f"{data}.err", "a")
        self.process = subprocess.Popen(
            [program, "--data-dir", data], stdout=subprocess.DEVNULL, stderr=self.errors
        )
        pid = str(self.process.pid)
        asked = ("search", "--all", "--onlyvisible", "--pid", pid, "--name", "Onward")
        self.window = until(30, lambda: xdotool(*asked).split())[-1]
        xdotool("windowactivate", "--sync", self.window)
        self.root = until(20, self.application)

    def application(self):
        desktop = Atspi.get_desktop(0)
        for at in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(at)
            if child and child.get_process_id() == self.process.pid:
                return child
        return None

    def nodes(self):
        """Everything on the screen that has a name."""
        left, found = [self.root], []
        while left:
            node = left.pop()
            if node is None:
                continue
            if node.get_name():
                found.append(node)
            left += [node.get_child_at_index(at) for at in range(node.get_child_count())]
        return found

    def find(self, name, role=None):
        """The one called so, or whose name a function takes; none where there is none."""
        fits = name if callable(name) else lambda told: told == name
        for node in self.nodes():
            if fits(node.get_name()) and role in (None, node.get_role_name()):
                return node
        return None

    def wait(self, name, role=None, seconds=15):
        return until(seconds, lambda: self.find(name, role))

    def gone(self, name, seconds=10):
        return until(seconds, lambda: self.find(name) is None)

    def click(self, name, role=None):
        """A click with the mouse, in the middle of it; whether it was there."""
        node = self.wait(name, role)
        if node is None:
            print(f"     not on the screen: {name}", flush=True)
            return False
        box = node.get_extents(Atspi.CoordType.SCREEN)
        xdotool("mousemove", box.x + box.width // 2, box.y + box.height // 2)
        time.sleep(0.15)
        xdotool("click", 1)
        return True

    def keys(self, *names):
        for name in names:
            xdotool("key", "--clearmodifiers", name)
            time.sleep(0.1)

    def row(self, name):
        """What a screen reader reads of a row."""
        node = self.find(row_of(name), "list item")
        return node.get_name() if node else ""

    def close(self):
        """Closes the window as a person does."""
        xdotool("windowactivate", "--sync", self.window, "key", "--clearmodifiers", "alt+F4")

    def leave(self):
        """Closes the window; the exit code of the program, none where it stays."""
        self.close()
        return self.ended()

    def ended(self):
        """The exit code of the program, once it has ended; none where it does not."""
        try:
            return self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None
