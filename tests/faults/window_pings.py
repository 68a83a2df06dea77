#!/usr/bin/python3
"""Asks a window every so often whether it lives (_NET_WM_PING), and tells how long each answer took.

window_pings.py WINDOW EVERY: prints milliseconds, one answer a line, until it is ended; "lost" for one
that did not come within five seconds. Debian's python3-xlib; the window is asked as a window manager
asks it, so that only the event loop answers.
"""

import select
import sys
import time

from Xlib import X, display
from Xlib.protocol import event

PATIENCE = 5.0


def answer(screen, ping, number, until):
    """Waits for the answer to the ping of this number."""
    while (left := until - time.monotonic()) > 0:
        while screen.pending_events():
            got = screen.next_event()
            if got.type == X.ClientMessage and got.data[1][0] == ping and got.data[1][1] == number:
                return True
        select.select([screen], [], [], left)
    return False


def main():
    window, every = int(sys.argv[1]), float(sys.argv[2])
    screen = display.Display()
    root = screen.screen().root
    root.change_attributes(event_mask=X.SubstructureNotifyMask)
    protocols, ping = screen.intern_atom("WM_PROTOCOLS"), screen.intern_atom("_NET_WM_PING")
    target = screen.create_resource_object("window", window)
    number = 1
    while True:
        begun = time.monotonic()
        data = (32, [ping, number, window, 0, 0])
        target.send_event(event.ClientMessage(window=target, client_type=protocols, data=data))
        screen.flush()
        if answer(screen, ping, number, begun + PATIENCE):
            print(f"{(time.monotonic() - begun) * 1000:.2f}", flush=True)
        else:
            print("lost", flush=True)
        number += 1
        time.sleep(max(0, every - (time.monotonic() - begun)))


main()
