#!/usr/bin/env python3
"""Drives the shipped program as its first user would, from outside: reads and finds what is on the
screen through AT-SPI, by the words of the language, and acts with real keys and clicks (xdotool).
Called by `story`, which starts the display, the accessibility bus and the server.

story.py PROGRAM SERVER_URL FILES LOCALE DATA_DIR SHOTS
  FILES   the folder that is served; LOCALE  en or zh-Hans; SHOTS  where pictures go
"""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

from screen import COMMA, Screen, row_of, until, words_of, xdotool

PROGRAM, SERVER, FILES, LOCALE, DATA, SHOTS = sys.argv[1:]
DOWNLOADS = pathlib.Path(os.environ["HOME"]) / "Downloads"
MOVED = DOWNLOADS / "moved"
PASSED = FAILED = SHOT = 0


def check(words, held):
    """One case; says how it went."""
    global PASSED, FAILED
    if held:
        PASSED += 1
    else:
        FAILED += 1
    print(f"{'ok  ' if held else 'FAIL'} {LOCALE}: {words}", flush=True)
    return held


WORDS = words_of(LOCALE)


def say(key, **given):
    """A sentence with its particulars put in."""
    text = WORDS[key]
    for name, value in given.items():
        text = re.sub(r"\{ *\$" + name + r" *\}", str(value), text)
    return text


def act(key, name):
    """What a row's button is called."""
    return say("action-on", action=say(key), name=name)


class Told(Screen):
    """The window, by the words of its language."""

    def reads(self, name, key, seconds=20):
        """Whether the row comes to read as this state."""
        return until(seconds, lambda: say(key) in re.split(COMMA, self.row(name)))

    def shot(self, name):
        global SHOT
        SHOT += 1
        # Drawing by software takes a while at 2x.
        time.sleep(0.8)
        subprocess.run(["import", "-window", self.window, f"{SHOTS}/{LOCALE}-{SHOT:02}-{name}.png"])


CLIPBOARD = []


def copy(text):
    """Puts a text into the clipboard, and waits until it is there."""
    holder = subprocess.Popen(
        ["xclip", "-selection", "clipboard", "-quiet"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    holder.stdin.write(text)
    holder.stdin.close()
    CLIPBOARD.append(holder)
    asked = ["xclip", "-selection", "clipboard", "-o"]
    until(10, lambda: subprocess.run(asked, capture_output=True, text=True).stdout == text)


def jobs():
    """The list as the command line tells it, by name."""
    told = subprocess.run(
        [PROGRAM, "list", "--json", "--data-dir", DATA], capture_output=True, text=True
    )
    return {job["name"]: job for job in json.loads(told.stdout or "[]")}


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def same_file(name, folder=DOWNLOADS):
    return digest(folder / name) == digest(pathlib.Path(FILES) / name)


def begin(screen):
    check("the empty list says what to do", screen.wait(say("empty-hint")))
    screen.shot("empty")
    copy(f"{SERVER}/holiday.mp4\nnot a link\n{SERVER}/signed/archive.zip?k=1\n{SERVER}/课程 讲义.pdf".replace(" 讲", "%20讲"))
    screen.keys("ctrl+v")
    check("Ctrl+V opens the dialog", screen.wait(say("add-title")))
    sized = lambda told: "holiday.mp4" in told and "MB" in told
    check("the probe tells the size", screen.wait(sized, seconds=20))
    screen.shot("dialog")
    screen.keys("Return")
    check("Enter adds", until(10, lambda: len(jobs()) == 3))
    check("the list shows it running", screen.reads("holiday.mp4", "state-downloading"))
    screen.shot("running")


def pause_and_look(screen):
    check("one click pauses", screen.click(act("action-pause", "holiday.mp4"), "push button"))
    check("the row says so", screen.reads("holiday.mp4", "state-paused"))
    check("the small one is finished", screen.reads("课程 讲义.pdf", "state-completed", 40))
    check("and right", same_file("课程 讲义.pdf"))
    check("a row is selected by a click", screen.click(row_of("holiday.mp4")))
    screen.keys("ctrl+i")
    for tab in ("overview", "speed", "connections", "map", "log"):
        check(f"the tab {tab} opens", screen.click(say(f"tab-{tab}"), "page tab"))
        screen.shot(f"details-{tab}")
    screen.keys("ctrl+i")


def find(screen):
    screen.keys("ctrl+f")
    xdotool("type", "--delay", "40", "archive")
    check("the search leaves one", until(10, lambda: screen.row("archive.zip") and not screen.row("holiday.mp4")))
    screen.shot("search")
    screen.keys("Escape", "Escape")
    check("Escape shows all again", until(10, lambda: screen.row("holiday.mp4")))
    screen.keys("ctrl+k")
    check("the palette opens", screen.wait(say("palette-hint")))
    screen.shot("palette")
    screen.keys("Escape")


def move_and_cancel(screen):
    MOVED.mkdir()
    screen.click(row_of("holiday.mp4"))
    screen.keys("ctrl+i")
    screen.click(say("tab-overview"), "page tab")
    check("another folder is offered", screen.click(say("action-move-to-folder"), "push button"))
    check("it is asked for", screen.wait(say("folder-hint")))
    screen.shot("folder")
    screen.keys("ctrl+a")
    xdotool("type", "--delay", "20", MOVED)
    screen.keys("Return")
    check("the job is there", until(10, lambda: jobs()["holiday.mp4"]["dir"] == str(MOVED)))
    check("and its part with it", until(10, lambda: list(MOVED.glob("holiday.mp4.part"))))
    check("and nowhere else", not list(DOWNLOADS.glob("holiday*")))
    screen.shot("moved")
    screen.keys("ctrl+i", "ctrl+k")
    screen.wait(say("palette-hint"))
    # xdotool types no Chinese.
    copy(say("action-cancel"))
    screen.keys("ctrl+v")
    screen.keys("Return")
    check("the palette cancels", screen.reads("holiday.mp4", "state-cancelled"))
    screen.shot("cancelled")
    screen.keys("ctrl+z")
    check("Ctrl+Z takes it back", screen.reads("holiday.mp4", "state-paused"))


def settle(screen):
    screen.keys("ctrl+comma")
    check("the settings open", screen.wait(say("settings-search")))
    screen.shot("settings")
    for key in ("folders", "connections", "servers", "desktop", "appearance", "keys"):
        check(f"the page {key} opens", screen.click(say(f"settings-page-{key}"), "page tab"))
        screen.shot(f"settings-{key}")
    screen.keys("Escape")
    check("Escape closes them", screen.gone(say("settings-search")))


def renew(screen):
    check("the link expires", screen.reads("archive.zip", "state-needs-link", 60))
    held = jobs()["archive.zip"]["done_bytes"]
    screen.shot("needs-link")
    check("its button asks for a link", screen.click(act("action-new-link", "archive.zip"), "push button"))
    check("the dialog is there", screen.wait(say("link-field")))
    screen.shot("new-link")
    copy(f"{SERVER}/signed/archive.zip?k=2")
    screen.keys("ctrl+a", "ctrl+v", "Return")
    ran = lambda: jobs()["archive.zip"]["state"] in ("connecting", "downloading", "completed")
    check("it goes on", until(20, ran))
    check("with what it held", jobs()["archive.zip"]["done_bytes"] >= held > 0)


def come_back(screen):
    screen.close()
    # Where the last download is not finished yet, it asks.
    asks = lambda: screen.process.poll() is None and screen.find(say("close-quit"), "push button")
    if until(15, lambda: screen.process.poll() is not None or asks()) and asks():
        screen.shot("close")
        check("it asks, and ends as told", screen.click(say("close-quit"), "push button"))
    check("the window closes in order", screen.ended() == 0)
    before = jobs()
    screen = Told(PROGRAM, DATA)
    check("the list is there again", screen.wait(row_of("holiday.mp4")))
    same = jobs()["holiday.mp4"]["done_bytes"] == before["holiday.mp4"]["done_bytes"]
    check("with the bytes it had", same)
    check("what was paused is paused", screen.reads("holiday.mp4", "state-paused"))
    screen.shot("reopened")
    check("one click resumes", screen.click(act("action-resume", "holiday.mp4"), "push button"))
    for name, folder in (("holiday.mp4", MOVED), ("archive.zip", DOWNLOADS)):
        check(f"{name} is finished", screen.reads(name, "state-completed", 120))
        check(f"{name} is right", same_file(name, folder))
    screen.shot("finished")
    check("no part is left", not list(DOWNLOADS.rglob("*.part*")))
    return screen


def tidy(screen):
    check("a finished one is chosen", screen.click(row_of("archive.zip")))
    screen.keys("Delete")
    check("Delete takes it off the list", until(10, lambda: not screen.row("archive.zip")))
    screen.shot("removed")
    check("the toast takes it back", screen.click(say("toast-undo")))
    check("and it is there again", until(10, lambda: screen.row("archive.zip")))
    check("the file stayed", same_file("archive.zip"))
    check("it ends with 0", screen.leave() == 0)
    errors = pathlib.Path(f"{DATA}.err").read_text()
    check("nothing was said about a panic", "panicked" not in errors)


def main():
    screen = Told(PROGRAM, DATA)
    try:
        begin(screen)
        pause_and_look(screen)
        find(screen)
        move_and_cancel(screen)
        settle(screen)
        renew(screen)
        screen = come_back(screen)
        tidy(screen)
    finally:
        if screen.process.poll() is None:
            screen.process.kill()
        for holder in CLIPBOARD:
            holder.kill()
    print(f"     {LOCALE}: {PASSED} passed, {FAILED} failed", flush=True)
    sys.exit(1 if FAILED else 0)


main()
