#!/usr/bin/env python3
"""The story of `hours`: see there. Called by it, inside a session with an accessibility bus.

hours.py PROGRAM SERVER_URL WORK SHOTS
"""

import datetime
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scripts"))

import dbus  # noqa: E402
import dbusmock  # noqa: E402
from desk import Desk, check  # noqa: E402
from screen import Screen, row_of, until, words_of, xdotool  # noqa: E402

PROGRAM, SERVER, WORK, SHOTS = sys.argv[1:]
DATA = f"{WORK}/data"
FILES = pathlib.Path(WORK) / "files"
SETTINGS = pathlib.Path(DATA) / "settings.toml"
SAY = words_of("en")
DESK = Desk(PROGRAM, DATA, SHOTS)
onward, jobs, is_in, shot = DESK.onward, DESK.jobs, DESK.is_in, DESK.shot

MANAGER = "org.freedesktop.NetworkManager"
PORTAL = "org.freedesktop.portal.Desktop"


class Manager:
    """NetworkManager on the bus of the system."""

    def __init__(self, metered):
        path = "/" + MANAGER.replace(".", "/")
        self.process = dbusmock.DBusTestCase.spawn_server(
            MANAGER, path, MANAGER, system_bus=True, stdout=subprocess.DEVNULL
        )
        bus = dbus.SystemBus()
        self.mock = dbus.Interface(bus.get_object(MANAGER, path), dbusmock.MOCK_IFACE)
        self.mock.AddProperty(MANAGER, "Metered", dbus.UInt32(metered))
        # It came without it: whoever looked in between looks again.
        self.is_metered(metered)

    def is_metered(self, metered):
        self.mock.UpdateProperties(MANAGER, {"Metered": dbus.UInt32(metered)})

    def end(self):
        self.process.terminate()
        self.process.wait()


class Portal:
    """The desktop's portal, as far as it tells of networks."""

    def __init__(self):
        path, self.interface = "/org/freedesktop/portal/desktop", "org.freedesktop.portal.NetworkMonitor"
        self.process = dbusmock.DBusTestCase.spawn_server(
            PORTAL, path, self.interface, stdout=subprocess.DEVNULL
        )
        bus = dbus.SessionBus()
        self.mock = dbus.Interface(bus.get_object(PORTAL, path), dbusmock.MOCK_IFACE)
        self.is_metered(False)

    def is_metered(self, metered):
        self.mock.AddMethod(self.interface, "GetMetered", "", "b", f"ret = {metered}")
        self.mock.EmitSignal(self.interface, "changed", "", [])

    def end(self):
        self.process.terminate()
        self.process.wait()


def details(name):
    return json.loads(onward("show", str(jobs()[name]["id"]), "--json"))


def why(name):
    return details(name)["why"]["code"]


def stands_for(name, reason):
    return until(10, lambda: is_in(name, "queued")() and why(name) == reason)


def runs(name):
    return until(10, is_in(name, "downloading"))


def done_bytes(name):
    return jobs()[name]["done_bytes"]


def in_the_menu(screen, name, line):
    """Clicks a line in the menu of a row."""
    node = screen.wait(row_of(name), "list item")
    box = node.get_extents(0)
    xdotool("mousemove", box.x + 200, box.y + box.height // 2, "click", 3)
    return screen.click(lambda told: told.startswith(line), "menu item")


def metered(screen, manager):
    onward("add", f"{SERVER}/long.iso", "--dir", str(FILES), "--connections", "1")
    check("on a network that is not metered it runs", runs("long.iso"))
    time.sleep(1)
    manager.is_metered(1)
    check("on one that is it stops and says why", stands_for("long.iso", "metered"))
    held = done_bytes("long.iso")
    check("with what it has", held > 0)
    time.sleep(2)
    check("and takes nothing more", done_bytes("long.iso") == held)
    log = [line["text"] for line in details("long.iso")["log"]]
    check("its log says so", any("Stopped until the network is not metered" in line for line in log), log)
    check("the window says so", screen.wait(SAY["standing-metered"]))
    check("and the row", screen.wait(lambda told: SAY["starts-unmetered"] in told, "list item"))
    shot(screen.window, "01-metered")
    manager.is_metered(4)
    check("on another network it goes on by itself", runs("long.iso"))
    check("from where it was", done_bytes("long.iso") >= held)
    manager.is_metered(3)
    check("a guess counts too", stands_for("long.iso", "metered"))
    check("one click", screen.click(SAY["standing-go-on"], "push button"))
    check("and downloads use it all the same", runs("long.iso"))
    check("and nothing is said any more", screen.gone(SAY["standing-metered"]))
    manager.is_metered(2)
    # One after the other: what is only so for a moment is not looked at.
    time.sleep(1)
    manager.is_metered(1)
    check("the next such network is another matter", stands_for("long.iso", "metered"))
    name = f"{SAY['action-start-now']} long.iso"
    check("one download alone is started", screen.click(name, "push button") and runs("long.iso"))


def by_the_portal(manager, portal):
    manager.end()
    check("without NetworkManager the portal counts", runs("long.iso"))
    portal.is_metered(True)
    check("where it says metered, they wait", stands_for("long.iso", "metered"))
    portal.is_metered(False)
    check("and go on", runs("long.iso"))


def begins_metered():
    """A program that begins on such a network asks for nothing."""
    manager = Manager(1)
    screen = Screen(PROGRAM, DATA)
    check("it waits from the start", stands_for("long.iso", "metered"))
    screen.keys("ctrl+comma")
    screen.click(SAY["settings-page-hours"], "page tab")
    check("the settings let it be", screen.click(SAY["settings-metered"], "check box") and runs("long.iso"))
    shot(screen.window, "02-settings-metered")
    screen.keys("Escape")
    screen.keys("ctrl+q")
    screen.ended()
    manager.end()


def clock_before(hour, seconds):
    """A time zone in which it is so many seconds before this hour."""
    now = datetime.datetime.now(datetime.timezone.utc)
    wanted = datetime.datetime(now.year, now.month, now.day, hour) - datetime.timedelta(seconds=seconds)
    ahead = round((wanted - now.replace(tzinfo=None)).total_seconds())
    ahead = (ahead + 43200) % 86400 - 43200
    # POSIX counts to the west.
    sign, ahead = ("-", ahead) if ahead >= 0 else ("+", -ahead)
    return f"<HERE>{sign}{ahead // 3600:02}:{ahead // 60 % 60:02}:{ahead % 60:02}"


WEEK = """
pause_on_metered = true
[schedule]
otherwise = "full"
windows = [{ from = "00:30", to = "01:00", pace = "stop" }, { from = "01:01", to = "02:00", pace = 100000 }]

[[queues]]
id = 1
name = "Nights"
otherwise = "stop"
windows = [{ from = "03:00", to = "07:00", pace = "full" }]
"""


def hours():
    SETTINGS.write_text(WEEK)
    os.environ["TZ"] = clock_before(1, 16)
    screen = Screen(PROGRAM, DATA)
    check("outside its hours it stands", stands_for("long.iso", "hours"))
    check("and the row says when it starts", screen.wait(lambda told: "Starts at 01:00" in told, "list item"))
    check("and so does the window", screen.wait(lambda told: "they go on at 01:00" in told))
    shot(screen.window, "03-hours")
    check("at the hour it goes on by itself", until(25, is_in("long.iso", "downloading")))
    struck = time.monotonic()
    check("and the window is as ever", screen.gone(lambda told: "they go on at" in told))
    into_the_queue(screen)
    fast = rate("long.iso", 4)
    time.sleep(max(0.0, struck + 62 - time.monotonic()))
    slow = rate("long.iso", 8)
    print(f"     {fast / 1000:.0f} kB/s, then {slow / 1000:.0f} kB/s", flush=True)
    check("by the hour it is slower", fast > 300_000 and 80_000 <= slow <= 125_000, (fast, slow))
    check("and says so", why("long.iso") == "limit_of_all", why("long.iso"))
    told = lambda told: "limit 100 kB/s until 02:00" in told
    check("the window says until when", screen.wait(told))
    shot(screen.window, "04-limit")
    at_a_moment(screen)
    pages(screen)
    screen.keys("ctrl+q")
    check("it ends in order", screen.ended() == 0)


def rate(name, seconds):
    time.sleep(1)
    before, begun = done_bytes(name), time.monotonic()
    time.sleep(seconds)
    return (done_bytes(name) - before) / (time.monotonic() - begun)


def into_the_queue(screen):
    onward("add", f"{SERVER}/night.iso", "--dir", str(FILES), "--connections", "1")
    check("another one runs beside it", runs("night.iso"))
    check("its menu", in_the_menu(screen, "night.iso", SAY["action-schedule"]))
    check("leads to its queue", screen.wait(SAY["start-queue"]))
    screen.click(SAY["start-queue"], "combo box")
    check("where the queues are", screen.click("Nights"))
    check("with their hours", screen.wait(lambda told: "from 03:00 to 07:00 at full speed" in told))
    shot(screen.window, "05-queue")
    screen.click(SAY["when-yes"], "push button")
    check("there it waits for the night", stands_for("night.iso", "hours"))
    check("and says so", screen.wait(lambda told: "Starts at 03:00" in told, "list item"))


def at_a_moment(screen):
    check("its menu once more", in_the_menu(screen, "long.iso", SAY["action-schedule"]))
    screen.click(SAY["start-caption"], "combo box")
    screen.click(SAY["start-at"])
    check("says how long until then", screen.wait(lambda told: told.startswith("In ")))
    shot(screen.window, "06-start-at")
    screen.click(SAY["when-yes"], "push button")
    check("what runs stops until its moment", stands_for("long.iso", "scheduled"))
    name = f"{SAY['action-start-now']} long.iso"
    check("and starts at one click before", screen.click(name, "push button") and runs("long.iso"))


def pages(screen):
    screen.keys("ctrl+comma")
    screen.click(SAY["settings-page-hours"], "page tab")
    check("the settings show the hours", screen.wait(lambda told: "otherwise at full speed." in told))
    check("and the queues", screen.wait(SAY["queue-add"], "push button"))
    shot(screen.window, "07-settings-hours")
    to_the_end(screen)
    shot(screen.window, "08-settings-queues")
    screen.click(SAY["queue-remove"], "push button")
    check("a queue that goes", until(10, lambda: "Nights" not in SETTINGS.read_text()))
    check("leaves its downloads to the main one", runs("night.iso"))
    screen.keys("Escape")
    screen.keys("ctrl+n")
    screen.click(SAY["start-caption"], "combo box")
    screen.click(SAY["start-at"])
    check("new ones may start later, too", screen.wait(SAY["start-day"], "combo box"))
    shot(screen.window, "09-add")
    screen.keys("Escape")


def to_the_end(screen):
    """Scrolls what lies in the middle of the window."""
    box = screen.root.get_child_at_index(0).get_extents(0)
    xdotool("mousemove", box.x + box.width * 2 // 3, box.y + box.height // 2)
    xdotool("click", "--repeat", "40", "--delay", "20", "5")
    time.sleep(1)


def is_right(name):
    digest = lambda path: hashlib.sha256(path.read_bytes()).hexdigest()
    return digest(FILES / name) == digest(pathlib.Path(WORK) / "www" / name)


def main():
    FILES.mkdir()
    manager, portal = Manager(2), Portal()
    try:
        screen = Screen(PROGRAM, DATA)
        metered(screen, manager)
        by_the_portal(manager, portal)
        screen.keys("ctrl+q")
        check("it ends in order", screen.ended() == 0)
        portal.end()
        begins_metered()
        hours()
        SETTINGS.write_text("")
        for name in ("long.iso", "night.iso"):
            onward("get", f"{SERVER}/{name}", "--dir", str(FILES), "--connections", "16", timeout=100)
            check(f"after all of it {name} is the file", is_right(name))
    finally:
        for who in (manager, portal):
            who.process.terminate()
    DESK.end()


main()
