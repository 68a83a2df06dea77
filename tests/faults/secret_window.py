"""The window, with jobs that hold every secret: what it tells a screen reader is what it shows."""

import json
import pathlib
import shutil
import signal
import subprocess

import bed
from bed import Home, check, skip, within
from display import open_display
from overheard import Heard, Refusing
from secret import Secrets, Told

HERE = pathlib.Path(__file__).resolve().parent
SYSTEM = "/usr/bin/python3"
LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
NEEDED = ("Xvfb", "openbox", "xdotool", "xclip", "dbus-run-session", "gdbus", SYSTEM, LAUNCHER)


def _can_look():
    gi = [SYSTEM, "-c", 'import gi; gi.require_version("Atspi", "2.0")']
    return all(map(shutil.which, NEEDED)) and not subprocess.run(gi, check=False, capture_output=True).returncode


def _jobs(home, secrets):
    """One half fetched, one that was refused, one that is done, one with a mirror and a proxy of its own."""
    words = [*secrets.options(), "--dir", home.out]
    origin = Told(size=3 << 20, rate=300 << 10, name="half.bin")
    child = home.start("get", secrets.link(origin.url), *words)
    within(10, lambda: origin.sent > 500 << 10)
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=10)
    refused = Refusing("403 No")
    refused.name = "refused.bin"
    home.run("get", secrets.link(refused.url), *words)
    home.run("get", secrets.link(Told(size=1000, name="done.bin").url), *words)
    with_user = f"http://bob:{secrets.of['linkpw']}@127.0.0.1:9/paused.bin"
    proxy = f"http://p:{secrets.of['proxypw']}@127.0.0.1:9"
    home.run("add", secrets.link(with_user), "--paused", "--mirror", secrets.link(with_user + "2"),
             "--proxy", proxy, "--dir", home.out, *secrets.options()[2:])


def window():
    if not _can_look():
        skip("the window's texts: no accessibility bus, or no bindings of it for the system's Python")
        return
    secrets, home = Secrets(), Home("window")
    _jobs(home, secrets)
    # What was running goes on with the window; nothing is to change under it.
    home.run("pause", "--all")
    states = sorted(job["state"] for job in home.list())
    line = [HERE.parent / "scripts/with_accessibility", SYSTEM, HERE / "window_texts.py", bed.ONWARD, home.data]
    env = {**home.env, "DISPLAY": open_display(), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(line, env=env, capture_output=True, text=True, timeout=120, check=False)
    # What it could not do it says in lines of its own.
    last = ran.stdout.splitlines()[-1:]
    told = json.loads(last[0]) if last and last[0].startswith("{") else {}
    heard = Heard(secrets)
    for where, texts in told.items():
        for text in texts:
            heard.text(where, text)
    print(f"     jobs {', '.join(states)}; {len(told)} views, {sum(map(len, told.values()))} texts")
    check("the window tells of every job", len(told) >= 4 * 6 + 8 and all(told.values()),
          f"{ran.returncode} {ran.stdout[:300]} {ran.stderr[-500:]} {list(told)}")
    heard.check("the window, its reports and settings")
