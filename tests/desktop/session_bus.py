"""Who a desktop has on the bus of its session, stood in for: a tray, notifications, a file manager, and
an ear for the launcher. What they are told is kept; what they tell is told by the test."""

import pathlib
import subprocess
import sys
import time

import dbus
import dbusmock

TRAY = "org.kde.StatusNotifierWatcher"
NOTES = ("org.freedesktop.Notifications", "/org/freedesktop/Notifications")
POWER = ("org.freedesktop.PowerManagement", "/org/freedesktop/PowerManagement/Inhibit")
FILES = ("org.freedesktop.FileManager1", "/org/freedesktop/FileManager1")


def until(seconds, holds):
    """Waits until `holds` gives something; what it gave."""
    end = time.monotonic() + seconds
    while True:
        found = holds()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.1)


def number_of(note):
    """The number of a notification, by what it was asked for with: that of the one it replaces, else
    one that its title gives."""
    return int(note[1]) or 7 + len(note[3])


class Bus:
    """The bus of the session, and who is on it."""

    def __init__(self, work):
        self.bus = dbus.SessionBus()
        self.there = {}
        self.work = pathlib.Path(work)
        self.tray = None
        self.heard = open(f"{work}/launcher.log", "w+")
        rule = "type='signal',interface='com.canonical.Unity.LauncherEntry'"
        self.ear = subprocess.Popen(["dbus-monitor", "--session", rule], stdout=self.heard)

    def has(self, name):
        return self.bus.name_has_owner(name)

    def begin_power(self):
        self.begin(
            POWER,
            [("Inhibit", "ss", "u", "ret = 41"), ("UnInhibit", "u", "", "")],
            POWER[0] + ".Inhibit",
        )

    def begin(self, who, methods, interface=None):
        """Puts somebody on the bus."""
        name, path = who
        process = dbusmock.DBusTestCase.spawn_server(
            name, path, interface or name, stdout=subprocess.DEVNULL
        )
        mock = dbus.Interface(self.bus.get_object(name, path), dbusmock.MOCK_IFACE)
        mock.AddMethods(interface or name, dbus.Array(methods, signature="(ssss)"))
        self.there[name] = (process, mock)

    def begin_tray(self):
        here = pathlib.Path(__file__).parent
        with open(self.work / "tray.log", "w") as log:
            self.tray = subprocess.Popen([sys.executable, here / "session_tray.py"], stdout=log)
        until(10, lambda: self.has(TRAY))

    def end_tray(self):
        self.tray.terminate()
        self.tray.wait()
        self.tray = None

    def item(self):
        """The icon that registered last with the tray that is there."""
        log = self.work / "tray.log"
        told = until(20, lambda: log.read_text().split())
        return Item(self, told[-1]) if told else None

    def begin_notes(self):
        self.begin(
            NOTES,
            [
                ("GetCapabilities", "", "as", "ret = ['actions', 'body', 'body-markup']"),
                ("Notify", "susssasa{sv}i", "u", "ret = args[1] or 7 + len(args[3])"),
                ("CloseNotification", "u", "", "self.EmitSignal('', 'NotificationClosed', 'uu', [args[0], 3])"),
            ],
        )

    def begin_files(self):
        self.begin(FILES, [("ShowItems", "ass", "", "")])

    def calls(self, who, method):
        """What it was told, one list of arguments a call."""
        _, mock = self.there[who[0]]
        return [call[2] for call in mock.GetCalls() if call[1] == method]

    def tell(self, who, signal, signature, *values):
        """Lets it tell something."""
        _, mock = self.there[who[0]]
        mock.EmitSignal(who[0], signal, signature, list(values))

    def progress(self):
        """What the launcher was told so far: whether a bar is shown, and how far it is."""
        self.heard.flush()
        told, shares, shown = open(self.heard.name).read(), [], []
        for part in told.split("member=Update")[1:]:
            shown.append("boolean true" in part)
            share = part.split('string "progress"')[1].split("double ")[1].split()[0]
            shares.append(float(share))
        return shown, shares

    def close(self):
        self.ear.terminate()
        if self.tray:
            self.end_tray()
        for process, _ in self.there.values():
            process.terminate()


class Item:
    """The program's icon, as a tray sees it."""

    def __init__(self, bus, name):
        self.bus, self.name = bus.bus, name

    def object(self, path):
        return self.bus.get_object(self.name, path, introspect=False)

    def get(self, key):
        return self.object("/StatusNotifierItem").Get(
            "org.kde.StatusNotifierItem", key, dbus_interface=dbus.PROPERTIES_IFACE
        )

    def activate(self):
        self.object("/StatusNotifierItem").Activate(
            dbus.Int32(0), dbus.Int32(0), dbus_interface="org.kde.StatusNotifierItem"
        )

    def menu(self):
        """The entries of the menu by their labels: number, and what is said of each."""
        _, (_, _, entries) = self.object(self.get("Menu")).GetLayout(
            dbus.Int32(0), dbus.Int32(-1), dbus.Array([], signature="s"),
            dbus_interface="com.canonical.dbusmenu",
        )
        return {str(said.get("label", "")): (number, said) for number, said, _ in entries}

    def click(self, label):
        number, _ = self.menu()[label]
        self.object(self.get("Menu")).Event(
            dbus.Int32(number), "clicked", dbus.String("", variant_level=1), dbus.UInt32(0),
            dbus_interface="com.canonical.dbusmenu",
        )
