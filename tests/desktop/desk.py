"""What the stories of a desktop have in common: cases that are counted, the program on the command line
beside its window, and pictures."""

import json
import pathlib
import subprocess
import sys
import time

PASSED = FAILED = 0


def check(words, held, why=""):
    """One case; says how it went."""
    global PASSED, FAILED
    PASSED, FAILED = (PASSED + 1, FAILED) if held else (PASSED, FAILED + 1)
    print(f"{'ok  ' if held else 'FAIL'} {words}{'' if held or not why else f': {why}'}", flush=True)
    return held


class Desk:
    """A program, where its data are, and where pictures go."""

    def __init__(self, program, data, shots):
        self.program, self.data, self.shots = program, data, shots

    def onward(self, *arguments, timeout=30, **more):
        told = subprocess.run(
            [self.program, *arguments, "--data-dir", self.data],
            capture_output=True, text=True, timeout=timeout, **more,
        )
        return told.stdout

    def jobs(self):
        return {job["name"]: job for job in json.loads(self.onward("list", "--json") or "[]")}

    def is_in(self, name, *states):
        return lambda: self.jobs().get(name, {}).get("state") in states

    def shot(self, window, name):
        time.sleep(0.5)
        picture = f"{self.shots}/{name}.png"
        subprocess.run(["import", "-window", window, picture], check=False)

    def end(self):
        """Says how all went, and ends."""
        errors = pathlib.Path(f"{self.data}.err").read_text()
        check("nothing panicked", "panicked" not in errors, errors[-2000:])
        print(f"     {PASSED} held, {FAILED} did not", flush=True)
        sys.exit(1 if FAILED else 0)
