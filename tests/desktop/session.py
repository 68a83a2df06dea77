#!/usr/bin/env python3
"""The story of `session`: see there. Called by it, inside a session with an accessibility bus.

session.py PROGRAM SERVER_URL WORK SHOTS
"""

import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scripts"))

import Xlib.display  # noqa: E402
import Xlib.X  # noqa: E402
from desk import Desk, check  # noqa: E402
from screen import Atspi, Screen, until, words_of, xdotool  # noqa: E402
from session_bus import FILES, NOTES, POWER, Bus, number_of  # noqa: E402

PROGRAM, SERVER, WORK, SHOTS = sys.argv[1:]
HOME = pathlib.Path(os.environ["HOME"])
DATA = f"{WORK}/data"
ENTRY = HOME / ".config/autostart/app.onward.Onward.desktop"
SAY = words_of("en")
DESK = Desk(PROGRAM, DATA, SHOTS)
onward, jobs, is_in, shot = DESK.onward, DESK.jobs, DESK.is_in, DESK.shot


class Shown(Screen):
    """The window of a program that may close it and open another."""

    def windows(self):
        asked = ("search", "--all", "--onlyvisible", "--pid", str(self.process.pid), "--name", "Onward")
        return xdotool(*asked).split()

    def is_closed(self):
        return until(10, lambda: not self.windows()) and self.process.poll() is None

    def is_back(self, seconds=15):
        """Whether a window is there again; it is the one that is looked at from here on."""
        found = until(seconds, self.windows)
        if found:
            self.window = found[-1]
            self.root = until(20, self.application)
        return bool(found)

    def is_back_minimised(self, seconds):
        """Whether it has a window that is an entry of the task bar and no more."""
        asked = ("search", "--all", "--pid", str(self.process.pid), "--name", "Onward")
        state = lambda window: subprocess.run(
            ["xprop", "-id", window, "WM_STATE"], capture_output=True, text=True
        ).stdout
        found = until(seconds, lambda: [w for w in xdotool(*asked).split() if "Iconic" in state(w)])
        return bool(found) and not self.windows()

    def ends(self):
        """Its exit code, none where it does not end."""
        try:
            return self.process.wait(15)
        except subprocess.TimeoutExpired:
            return None

    def is_active(self):
        return until(10, lambda: xdotool("getactivewindow").strip() == self.window)


class Hidden(Shown):
    """The program as a session starts it."""

    def __init__(self):
        self.errors = open(f"{DATA}.err", "a")
        self.process = subprocess.Popen(
            [PROGRAM, "--hidden", "--data-dir", DATA], stdout=subprocess.DEVNULL, stderr=self.errors
        )


def other_window():
    """Another program's window, in front."""
    child = subprocess.Popen(["xmessage", "-geometry", "300x120", "something else"])
    window = until(10, lambda: xdotool("search", "--onlyvisible", "--name", "^xmessage$").split())
    xdotool("windowactivate", "--sync", window[-1])
    return child


def server_time():
    """The X server's clock."""
    display = Xlib.display.Display()
    window = display.screen().root.create_window(0, 0, 1, 1, 0, 0, event_mask=Xlib.X.PropertyChangeMask)
    atom = display.intern_atom("WM_NAME")
    window.change_property(atom, display.intern_atom("STRING"), 8, b"x")
    while True:
        event = display.next_event()
        if event.type == Xlib.X.PropertyNotify:
            return event.time


def tell_memory(screen):
    """How much of its own it holds."""
    told = pathlib.Path(f"/proc/{screen.process.pid}/status").read_text()
    print("     " + " ".join(told[told.index("RssAnon"):].split("\n")[0].split()), flush=True)


class Startups:
    """What launchers are told of the starts they began."""

    def __init__(self):
        self.display = Xlib.display.Display()
        self.display.screen().root.change_attributes(event_mask=Xlib.X.PropertyChangeMask)
        self.display.sync()

    def told(self, text):
        """Whether a message that begins so comes."""

        def heard():
            while self.display.pending_events():
                event = self.display.next_event()
                if event.type == Xlib.X.ClientMessage:
                    self.text = getattr(self, "text", "") + bytes(event.data[1]).decode()
            return text in getattr(self, "text", "")

        return until(10, heard)


def x_memory():
    """Kilobytes the X server holds."""
    listed = subprocess.run(["ps", "-C", "Xvfb", "-o", "rss="], capture_output=True, text=True).stdout
    return sum(int(line) for line in listed.split())


def without_a_tray(screen):
    onward("add", f"{SERVER}/long.iso", "--limit", "400k")
    check("it downloads", until(20, is_in("long.iso", "downloading")))
    screen.close()
    tell_memory(screen)
    check("closing asks", screen.wait(SAY["close-remember"]))
    shot(screen.window, "01-close-asks")
    screen.keys("Escape")
    check("Escape keeps the window", screen.gone(SAY["close-remember"]) and screen.windows())
    screen.close()
    check("it asks again", screen.click(SAY["close-go-on"], "push button"))
    check("the window is gone and the program is not", screen.is_closed())
    held = jobs()["long.iso"]["done_bytes"]
    before = x_memory()
    moves = ["mousemove_relative", "1", "0", "mousemove_relative", "--", "-1", "0"] * 200
    for _ in range(200):
        xdotool(*moves)
    # 80,000 moves, 70 bytes each where nobody reads them.
    grown = x_memory() - before
    check("no move of the mouse is kept for it", grown < 2500, f"{grown} kB")
    check("the download goes on", until(15, lambda: jobs()["long.iso"]["done_bytes"] > held + 400_000))
    tell_memory(screen)
    onward()
    check("another start brings the window back", screen.is_back())
    shot(screen.window, "02-back")
    check("with the list", until(10, lambda: "long.iso" in screen.row("long.iso")))
    screen.close()
    check("the answer was remembered", screen.is_closed())
    onward(f"{SERVER}/one.bin")
    check("a start with a link brings it too", screen.is_back())
    check("with the dialog for it", screen.wait(SAY["add-title"]))
    screen.keys("Escape")
    screen.gone(SAY["add-title"])
    onward("pause", "--all")
    until(10, is_in("long.iso", "paused"))
    screen.close()
    check("with nothing going on it ends in order", screen.ends() == 0)


def in_front(screen):
    child = other_window()
    check("another window is in front", not until(2, lambda: xdotool("getactivewindow").strip() == screen.window))
    startups, started = Startups(), f"launcher/onward-17_TIME{server_time()}"
    onward(env={**os.environ, "DESKTOP_STARTUP_ID": started})
    check("another start brings ours to the front", screen.is_active())
    check("and its launcher knows that it is there", startups.told(f'remove: ID="{started}"'))
    screen.keys("Escape")
    xdotool("windowminimize", "--sync", screen.window)
    onward()
    check("minimised, too", screen.is_active())
    child.kill()


def login_holds(screen):
    """Whether the program holds what the login service gave it: the end of a pipe that the stand-in
    leaves open."""
    folder = pathlib.Path(f"/proc/{screen.process.pid}/fd")
    held = pathlib.Path(f"{WORK}/login.held").read_text().strip()
    return any(os.readlink(fd) == held for fd in folder.iterdir())


def notes(bus, title):
    """The notifications with this title."""
    return [call for call in bus.calls(NOTES, "Notify") if str(call[3]) == title]


def in_the_tray(screen, bus):
    item = bus.item()
    if not check("an icon is in the tray", item):
        return None
    check("with its name", item.get("Id") == "app.onward.Onward" == item.get("IconName"))
    pictures = [(int(w), int(h), len(data)) for w, h, data in item.get("IconPixmap")]
    check("and pictures", pictures == [(s, s, 4 * s * s) for s in (24, 32, 48)], pictures)
    labels = [label for label in item.menu() if label]
    wanted = [SAY[key] for key in ("tray-show", "tray-clipboard", "action-pause-all", "action-resume-all", "tray-limit", "action-quit")]
    check("its menu is whole", labels == wanted, labels)
    item.click(SAY["action-resume-all"])
    check("the menu resumes", until(10, is_in("long.iso", "downloading")))
    check("the launcher shows progress", until(15, lambda: any(bus.progress()[0])))
    check("under the pointer it says how far", until(15, lambda: "%" in str(item.get("ToolTip")[3])))
    asked = until(10, lambda: bus.calls(POWER, "Inhibit"))
    check("the computer is kept awake", asked and str(asked[0][1]) == SAY["awake-reason"], asked)
    check("and the login service holds it", until(10, lambda: login_holds(screen)))
    check("and not let go", not bus.calls(POWER, "UnInhibit"))
    item.click(SAY["action-pause-all"])
    check("the menu pauses", until(10, is_in("long.iso", "paused")))
    given = until(10, lambda: bus.calls(POWER, "UnInhibit"))
    check("the computer may sleep again", given and int(given[0][0]) == 41 and not login_holds(screen), given)
    check("and the launcher shows none", until(15, lambda: not bus.progress()[0][-1]))
    shares = bus.progress()[1]
    check("progress was a share", all(0 <= share <= 1 for share in shares), shares)
    onward("resume", "--all")
    screen.close()
    check("closed, it goes on in the tray without a question", screen.is_closed())
    check("what goes on is told", until(15, lambda: len(notes(bus, SAY["notice-aside"])) == 1))
    item.activate()
    check("a click on the icon brings it back", screen.is_back())
    subprocess.run(["xclip", "-selection", "clipboard"], input=f"{SERVER}/three.bin", text=True)
    screen.close()
    screen.is_closed()
    item.click(SAY["tray-clipboard"])
    check("the menu adds from the clipboard", screen.is_back())
    check("with the link in the dialog", screen.wait(lambda told: "three.bin" in told))
    shot(screen.window, "03-from-clipboard")
    screen.close()
    check("closed with a dialog open", screen.is_closed())
    item.activate()
    check("it comes back", screen.is_back())
    check("with what was in it", screen.wait(lambda told: "three.bin" in told))
    check("that it goes on was told once", len(notes(bus, SAY["notice-aside"])) == 1)
    screen.keys("Escape", "Escape")
    return item


def notified(screen, bus):
    finished = SAY_ONE["notice-finished"]
    screen.close()
    screen.is_closed()
    onward("add", f"{SERVER}/one.bin")
    told = until(25, lambda: notes(bus, finished))
    check("what is finished is told", told and "one.bin" in str(told[-1][4]))
    actions = [str(text) for text in told[-1][5]] if told else []
    check("and can be opened and shown", actions[2::2] == ["open", "reveal"], actions)
    number = len(bus.calls(NOTES, "Notify"))
    if not told:
        return
    bus.tell(NOTES, "ActionInvoked", "us", number_of(told[-1]), "reveal")
    shown = until(10, lambda: bus.calls(FILES, "ShowItems"))
    check("its button shows it in the folder", shown and "one.bin" in str(shown[-1][0][0]), shown)
    bus.tell(NOTES, "NotificationClosed", "uu", number_of(told[-1]), 2)
    onward("add", f"{SERVER}/two.bin", f"{SERVER}/three.bin")
    both = until(25, lambda: notes(bus, "2 downloads finished"))
    new = bus.calls(NOTES, "Notify")[number:]
    # Where the second took long, it joins the notice of the first.
    check("two together are one notice", both and all(int(call[1]) for call in new[1:]),
          [(str(call[3]), int(call[1])) for call in new])
    check("with both names", both and all(name in str(both[-1][4]) for name in ("two.bin", "three.bin")))


def paste_a_link(screen, bus):
    # A 403 while others fetch from the server would be taken for too many at once.
    onward("pause", "--all")
    onward("add", f"{SERVER}/signed/archive.zip?k=1")
    told = until(90, lambda: notes(bus, SAY_ONE["notice-needs-link"]))
    if not check("that a link is needed is told", told, jobs().get("archive.zip")):
        return
    subprocess.run(["xclip", "-selection", "clipboard"], input=f"{SERVER}/signed/archive.zip?k=2", text=True)
    note = number_of(told[-1])
    bus.tell(NOTES, "ActivationToken", "us", note, f"note_TIME{server_time()}")
    bus.tell(NOTES, "ActionInvoked", "us", note, "paste-link")
    check("its button opens the window", screen.is_back())
    check("with its dialog", screen.wait(SAY["link-field"]))
    fields = lambda: [node for node in screen.nodes() if node.get_role_name() in ("entry", "text")]
    pasted = lambda: any("k=2" in Atspi.Text.get_text(field, 0, -1) for field in fields())
    check("and the link pasted", until(10, pasted))
    shot(screen.window, "04-paste-link")
    screen.keys("Return")
    check("and one key gives it", until(20, is_in("archive.zip", "connecting", "downloading", "completed")))
    before = len(bus.calls(NOTES, "Notify"))
    check("it is finished", until(90, is_in("archive.zip", "completed")))
    time.sleep(12)
    check("while the window is in use nothing is told", len(bus.calls(NOTES, "Notify")) == before)


def copied(screen, bus):
    """Links that are copied are offered, where that is wanted, and never added."""
    def copy(text):
        subprocess.run(["xclip", "-selection", "clipboard"], input=text, text=True, check=True)

    before, said = set(jobs()), lambda: notes(bus, SAY["offer-title"])
    other = other_window()
    copy(f"{SERVER}/first.zip")
    time.sleep(1.5)
    check("what is copied is left alone at first", not said())
    other.terminate()
    xdotool("windowactivate", "--sync", screen.window)
    screen.keys("ctrl+comma")
    check("the settings let it be offered", screen.click(SAY["settings-clipboard"], "check box"))
    shot(screen.window, "09-clipboard")
    time.sleep(1)
    screen.keys("Escape")
    other = other_window()
    time.sleep(1)
    copy(f"{SERVER}/page")
    time.sleep(1)
    check("no page is", not said())
    copy(f"{SERVER}/second.zip")
    told = until(10, said)
    check("a file's link is, by the desktop", told and "second.zip" in told[-1][4], told)
    bus.tell(NOTES, "ActionInvoked", "us", number_of(told[-1]), "add")
    check("its button opens the add dialog", screen.wait(SAY["add-title"]))
    check("with the link", screen.wait(lambda told: "second.zip" in told))
    screen.keys("Escape")
    other.terminate()
    xdotool("windowactivate", "--sync", screen.window)
    time.sleep(1)
    copy(f"{SERVER}/third.zip")
    offered = lambda told: told.startswith("third.zip from 127.0.0.1 was copied")
    check("in front of the window it says so itself", screen.wait(offered))
    shot(screen.window, "10-copied")
    check("with a button", screen.click(SAY["action-add-offered"], "push button"))
    check("that does the same", screen.wait(lambda told: "third.zip" in told))
    screen.keys("Escape")
    check("and nothing was added", set(jobs()) == before)


def the_tray_goes(screen, bus):
    onward("resume", "--all")
    screen.close()
    check("it is in the tray", screen.is_closed())
    bus.end_tray()
    time.sleep(3)
    check("a tray that is gone is waited for", not screen.windows())
    bus.begin_tray()
    item = bus.item()
    check("one that comes back has the icon again", item)
    time.sleep(10)
    check("and the window stays away", not screen.windows())
    bus.end_tray()
    check("without a tray for good it comes back, minimised", screen.is_back_minimised(25))
    onward()
    check("and another start shows it", screen.is_back() and screen.is_active())


def starts_with_the_session(screen):
    screen.keys("ctrl+comma")
    screen.click(SAY["settings-page-desktop"], "page tab")
    check("it does not start with the session unless told", not ENTRY.exists())
    shot(screen.window, "05-settings")
    box = until(10, lambda: screen.find(SAY["settings-autostart"], "check box"))
    check("the settings offer it", box)
    screen.click(SAY["settings-autostart"], "check box")
    check("the entry is there", until(10, ENTRY.exists))
    text = ENTRY.read_text() if ENTRY.exists() else ""
    check("and starts this program in the tray", f'Exec="{PROGRAM}" --hidden\n' in text, text)
    valid = subprocess.run(["desktop-file-validate", str(ENTRY)], capture_output=True, text=True)
    check("and is valid", valid.returncode == 0 and not valid.stdout, valid.stdout)
    time.sleep(0.5)
    screen.click(SAY["settings-autostart"], "check box")
    check("turned off it is gone", until(10, lambda: not ENTRY.exists()))
    screen.keys("Escape")


def all_is_done(screen, bus):
    onward("pause", "--all")
    settings = pathlib.Path(f"{DATA}/settings.toml")
    screen.keys("ctrl+comma")
    screen.click(SAY["settings-page-desktop"], "page tab")
    screen.click(lambda told: told == SAY["settings-done"], "combo box")
    screen.click(SAY["settings-done-sleep"])
    check("it is to sleep when all is done", until(10, lambda: 'when_done = "sleep"' in settings.read_text()))
    screen.keys("Escape")
    onward("add", f"{SERVER}/one.bin")
    check("that is announced", screen.wait(lambda told: "goes to sleep in" in told, seconds=30))
    check("by the desktop, too", until(10, lambda: notes(bus, SAY["ending-title"])))
    shot(screen.window, "06-all-done")
    screen.click(SAY["ending-no"], "push button")
    check("and can be refused", screen.gone(SAY["ending-title"]))
    onward("add", f"{SERVER}/two.bin")
    check("the next time it is announced again", screen.wait(SAY["ending-title"], seconds=30))
    slept = lambda: pathlib.Path(f"{WORK}/login.log").read_text().split()
    time.sleep(50)
    check("for a minute nothing is done", slept() == [])
    check("then the login service is asked, once", until(20, lambda: slept() == ["suspend"]), slept())
    check("and it was for once", until(10, lambda: 'when_done = "sleep"' not in settings.read_text()))


def hidden(bus):
    bus.begin_tray()
    screen = Hidden()
    item = bus.item()
    check("started hidden, its icon is there", item)
    time.sleep(2)
    check("and no window", not screen.windows())
    onward("--hidden")
    time.sleep(1)
    check("a second hidden start changes nothing", not screen.windows())
    onward()
    check("another start shows the window", screen.is_back())
    onward("resume", "--all")
    until(10, is_in("long.iso", "downloading"))
    screen.close()
    check("closed, it is in the tray", screen.is_closed())
    item.click(SAY["action-quit"])
    check("Quit in the menu ends it in order", screen.ends() == 0)
    bus.end_tray()
    screen = Hidden()
    check("hidden without a tray it is minimised in the end", screen.is_back_minimised(40))
    onward()
    check("and another start shows it too", screen.is_back() and screen.is_active())
    screen.keys("ctrl+q")
    check("Ctrl+Q ends it, whatever goes on", screen.ends() == 0)


# Sentences with a number, for one.
SAY_ONE = {
    "notice-finished": "Download finished",
    "notice-needs-link": "A download needs a new link",
}


def main():
    bus = Bus(WORK)
    try:
        without_a_tray(Shown(PROGRAM, DATA))
        bus.begin_tray()
        bus.begin_notes()
        bus.begin_files()
        bus.begin_power()
        screen = Shown(PROGRAM, DATA)
        in_front(screen)
        in_the_tray(screen, bus)
        notified(screen, bus)
        paste_a_link(screen, bus)
        copied(screen, bus)
        the_tray_goes(screen, bus)
        screen.keys("ctrl+q")
        check("Ctrl+Q ends it", screen.ends() == 0)
        # A window that began minimised does not tell AT-SPI rightly where it is.
        screen = Shown(PROGRAM, DATA)
        starts_with_the_session(screen)
        all_is_done(screen, bus)
        screen.keys("ctrl+q")
        check("and again", screen.ends() == 0)
        hidden(bus)
    finally:
        bus.close()
    DESK.end()


main()
