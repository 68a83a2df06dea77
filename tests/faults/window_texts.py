#!/usr/bin/env python3
"""Everything the window tells, as JSON: what was on the screen → its texts. Called by `secret_window`.

window_texts.py PROGRAM DATA_DIR"""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scripts"))
from screen import Screen, until, words_of

WORDS = words_of("en")
PAGES = ("general", "folders", "connections", "servers", "desktop", "appearance", "keys")


def texts(screen):
    """Names, descriptions and what stands in fields, once nothing changes under the look."""
    return until(10, lambda: seen(screen))


def seen(screen):
    found = []
    for node in screen.nodes():
        found += [node.get_name(), node.get_description()]
        field = node.get_text_iface()
        if field:
            found.append(field.get_text(0, field.get_character_count()))
    return [text for text in found if text]


def clipboard():
    asked = ["xclip", "-selection", "clipboard", "-o"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout


def opened(screen, keys, name, role=None):
    """Keys that open something: pressed again where it does not come, for a window that has just been
    shown may not have them yet."""
    for _ in range(5):
        if screen.wait(name, role, 4):
            return
        screen.keys(*keys)
    if not screen.wait(name, role):
        sys.exit(f"{keys} open no {name}")


def of_job(screen, row):
    """The details of one row, and its report."""
    told = {}
    name = row.split(", ")[0]
    screen.click(row, "list item")
    opened(screen, ["ctrl+i"], WORDS["tab-overview"], "page tab")
    for tab in ("overview", "speed", "connections", "map", "log"):
        if not screen.click(WORDS[f"tab-{tab}"], "page tab"):
            sys.exit(f"{name} has no tab {tab}")
        told[f"{name}: {tab}"] = texts(screen)
    screen.click(WORDS["details-copy-report"])
    told[f"{name}: the report"] = [until(5, clipboard) or sys.exit("no report was copied")]
    return told


def main():
    screen = Screen(*sys.argv[1:])
    rows = until(20, lambda: [n.get_name() for n in screen.nodes() if n.get_role_name() == "list item"])
    told = {"the list": texts(screen)}
    for row in rows:
        told |= of_job(screen, row)
    opened(screen, ["ctrl+k"], WORDS["palette-hint"])
    told["the palette"] = texts(screen)
    opened(screen, ["Escape", "ctrl+comma"], WORDS[f"settings-page-{PAGES[0]}"])
    for page in PAGES:
        if not screen.click(WORDS[f"settings-page-{page}"]):
            sys.exit(f"no settings page {page}")
        told[f"settings, {page}"] = texts(screen)
    # Closing would ask, where anything goes on.
    screen.keys("Escape", "ctrl+q")
    screen.ended()
    print(json.dumps(told))


main()
