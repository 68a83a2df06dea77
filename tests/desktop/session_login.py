#!/usr/bin/env python3
"""A login service on the bus of the system (here a bus of the test's own): gives everybody who wants the
machine awake one end of a pipe, and says in LOG which pipe that is; prints when it is to sleep.

session_login.py LOG
"""

import os
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME = "org.freedesktop.login1"
KEPT, GIVEN = os.pipe()


class Manager(dbus.service.Object):
    @dbus.service.method(NAME + ".Manager", in_signature="ssss", out_signature="h")
    def Inhibit(self, what, who, why, mode):
        if (what, who, mode) != ("idle", "Onward", "block") or not why:
            raise dbus.DBusException(f"asked for {what}, {who}, {why}, {mode}")
        return dbus.types.UnixFd(GIVEN)

    @dbus.service.method(NAME + ".Manager", in_signature="b", out_signature="")
    def Suspend(self, _interactive):
        print("suspend", flush=True)


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
manager = Manager(bus, "/org/freedesktop/login1")
name = dbus.service.BusName(NAME, bus)
with open(sys.argv[1], "w") as log:
    log.write(os.readlink(f"/proc/self/fd/{GIVEN}"))
GLib.MainLoop().run()
