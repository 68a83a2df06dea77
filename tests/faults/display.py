"""An X server of a case's own, with a window manager."""

import os
import subprocess

from bed import started


def open_display():
    """An X server with a window manager of its own; its name."""
    screen = started(subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL))
    name = ":" + screen.stdout.readline().decode().strip()
    env = {**os.environ, "DISPLAY": name}
    started(subprocess.Popen(["openbox"], env=env, stderr=subprocess.DEVNULL))
    return name
