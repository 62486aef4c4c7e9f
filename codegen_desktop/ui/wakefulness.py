"""Keeps the computer from falling asleep by itself while a training works, where the system lets a program do so.

Linux: the desktop's screen saver service, else the login service, over D-Bus. Windows: a flag of the thread. macOS:
the system's own `caffeinate` as a child. Where none of these is there, nothing is done and nothing is said.
"""

import ctypes
import itertools
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject

NAME = "Codegen Desktop"
WHY = "A model is being trained"

_numbers = itertools.count(1)


class Holder(Protocol):
    """Holds off sleep between `hold` and `release`; both return at once and raise nothing."""

    def hold(self) -> None:
        """From now on."""

    def release(self) -> None:
        """Not any more."""


class Wakefulness:
    """Holds while it is wished, and no longer; saying the same twice changes nothing."""

    def __init__(self, holder: Holder) -> None:
        self._holder = holder
        self._held = False

    def set_wished(self, wished: bool) -> None:
        """Hold off sleep, or let the computer do as it likes."""
        if wished == self._held:
            return
        self._held = wished
        if wished:
            self._holder.hold()
        else:
            self._holder.release()


def platform_holder(parent: QObject) -> Holder:
    """What holds off sleep on this system."""
    if sys.platform == "win32":
        return WindowsHolder()
    if sys.platform == "darwin":
        return MacHolder()
    return DBusHolder(parent)


class WindowsHolder:
    """SetThreadExecutionState of the window's thread; the screen may still go dark."""

    _CONTINUOUS, _SYSTEM_REQUIRED = 0x80000000, 0x00000001

    def hold(self) -> None:
        """Ask for the system."""
        self._set(self._CONTINUOUS | self._SYSTEM_REQUIRED)

    def release(self) -> None:
        """Ask for nothing."""
        self._set(self._CONTINUOUS)

    def _set(self, state: int) -> None:
        with suppress(AttributeError, OSError):
            getattr(ctypes, "windll").kernel32.SetThreadExecutionState(state)  # noqa: B009  # only on Windows


class MacHolder:
    """`caffeinate -i`, which ends with this program whatever happens to it."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def hold(self) -> None:
        """Start the child."""
        with suppress(OSError):
            self._child = subprocess.Popen(["/usr/bin/caffeinate", "-i", "-w", str(os.getpid())])

    def release(self) -> None:
        """End it."""
        child, self._child = self._child, None
        if child is not None:
            child.terminate()
            child.wait()


class DBusHolder(QObject):
    """Asks the services in turn, without waiting for an answer; the first that says yes is used.

    The desktop's service gives up a hold when its asker leaves the bus, so each hold has a connection of its own; the
    login service gives up when the file it handed out is closed. `session` and `system` are addresses of other buses,
    for tests.
    """

    def __init__(self, parent: QObject | None = None, session: str = "", system: str = "") -> None:
        super().__init__(parent)
        self._addresses = {"session": session, "system": system}
        self._connections: list[str] = []
        self._watcher: Any = None
        self._file: Any = None

    @property
    def is_held(self) -> bool:
        """Whether a service said yes."""
        return self._file is not None

    @property
    def is_asking(self) -> bool:
        """Whether an answer is still to come."""
        return self._watcher is not None

    def hold(self) -> None:
        """Ask the desktop first."""
        self._ask(
            "session",
            ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"),
            [NAME, WHY],
            otherwise=self._ask_login,
        )

    def release(self) -> None:
        """Close what was handed out and leave the buses."""
        from PySide6.QtDBus import QDBusConnection

        self._file = self._watcher = None
        for name in self._connections:
            QDBusConnection.disconnectFromBus(name)
        self._connections = []

    def _ask_login(self) -> None:
        self._ask(
            "system",
            ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"),
            ["idle", NAME, WHY, "block"],
            otherwise=lambda: None,
        )

    def _ask(self, bus: str, service: tuple[str, str, str], arguments: list[str], otherwise: Any) -> None:
        from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

        if bus == "session" and not (self._addresses[bus] or _has_session_bus()):
            otherwise()  # asking all the same would start a bus
            return
        name = f"codegen-desktop-{os.getpid()}-{next(_numbers)}"
        kinds = QDBusConnection.BusType
        own = self._addresses[bus] or (kinds.SessionBus if bus == "session" else kinds.SystemBus)
        connection = QDBusConnection.connectToBus(own, name)
        self._connections.append(name)
        if not connection.isConnected():
            otherwise()
            return
        message = QDBusMessage.createMethodCall(*service, "Inhibit")
        message.setArguments(arguments)
        watcher = QDBusPendingCallWatcher(connection.asyncCall(message), self)
        self._watcher = watcher
        watcher.finished.connect(lambda *_: self._on_watcher_finished(watcher, otherwise))

    def _on_watcher_finished(self, watcher: Any, otherwise: Any) -> None:
        if watcher is not self._watcher:
            return  # released before the answer came
        self._watcher = None
        if watcher.isError():
            otherwise()
        else:
            self._file = watcher.reply().arguments()[0]
        watcher.deleteLater()


def _has_session_bus() -> bool:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return "DBUS_SESSION_BUS_ADDRESS" in os.environ or (runtime is not None and Path(runtime, "bus").exists())
