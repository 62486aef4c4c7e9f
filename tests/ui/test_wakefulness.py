"""Sleep is held off while a training works, and at no other time; on Linux over a real bus."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from PySide6.QtCore import ClassInfo, QObject, Slot
from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher
from pytestqt.qtbot import QtBot

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.lab import Lab
from codegen_desktop.ui.wakefulness import NAME, WHY, DBusHolder, Wakefulness
from codegen_desktop.ui.workspace import Workspace
from tests.ui.small_lab import small_dataset
from tests.ui.test_training_tab import begin_long, open_tab, prepare

DAEMONS = [path for path in (shutil.which("dbus-daemon"),) if path is not None]
"""Where there is none, the logic alone is tested."""


class Recorder:
    """Notes what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def hold(self) -> None:
        self.asked.append("hold")

    def release(self) -> None:
        self.asked.append("release")


@pytest.fixture
def dataset() -> Dataset:
    return small_dataset(count=40)


def test_it_holds_while_a_training_works_and_not_while_it_waits(
    workspace: Workspace, lab: Lab, dataset: Dataset, qtbot: QtBot
) -> None:
    prepare(workspace, lab, dataset)
    tab = open_tab(workspace, qtbot)
    recorder = Recorder()
    tab.wakefulness = Wakefulness(recorder)
    begin_long(tab, qtbot)
    assert recorder.asked == ["hold"]
    tab.session.pause()
    assert recorder.asked == ["hold", "release"]
    tab.session.resume()
    assert recorder.asked == ["hold", "release", "hold"]
    tab.session.stop()
    qtbot.waitUntil(lambda: not tab.session.running and tab.is_settled(), timeout=30_000)
    assert recorder.asked == ["hold", "release", "hold", "release"]


@ClassInfo({"D-Bus Interface": "org.freedesktop.ScreenSaver"})
class ScreenSaver(QObject):
    """The desktop's service, as far as it is asked here."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str]] = []

    @Slot(str, str, result="uint")
    def Inhibit(self, name: str, why: str) -> int:
        self.asked.append((name, why))
        return 7


@pytest.fixture
def bus(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a bus of its own."""
    daemon = subprocess.Popen(
        [request.param, "--session", "--print-address=1", "--nofork", "--nopidfile"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert daemon.stdout is not None
    yield daemon.stdout.readline().strip()
    daemon.terminate()
    daemon.wait()
    daemon.stdout.close()


@pytest.mark.parametrize("bus", DAEMONS, indirect=True)
def test_the_desktop_is_asked_and_left_over_a_real_bus(bus: str, qtbot: QtBot) -> None:
    desktop = QDBusConnection.connectToBus(bus, "desktop")
    service = ScreenSaver()
    assert desktop.registerService("org.freedesktop.ScreenSaver")
    exported = QDBusConnection.RegisterOption.ExportAllSlots
    assert desktop.registerObject("/org/freedesktop/ScreenSaver", service, exported)
    before = set(_names(desktop))
    holder = DBusHolder(session=bus, system=bus)
    holder.hold()
    qtbot.waitUntil(lambda: holder.is_held, timeout=5_000)
    assert service.asked == [(NAME, WHY)]
    (asker,) = set(_names(desktop)) - before
    watcher = QDBusServiceWatcher(asker, desktop)
    with qtbot.waitSignal(watcher.serviceUnregistered, timeout=5_000):  # it left: the desktop gives up the hold
        holder.release()
    assert not holder.is_held
    QDBusConnection.disconnectFromBus("desktop")


@pytest.mark.parametrize("bus", DAEMONS, indirect=True)
def test_a_bus_without_the_services_holds_nothing_and_says_nothing(bus: str, qtbot: QtBot) -> None:
    holder = DBusHolder(session=bus, system=bus)
    holder.hold()
    assert holder.is_asking
    qtbot.waitUntil(lambda: not holder.is_asking, timeout=5_000)
    assert not holder.is_held
    holder.release()


def test_without_a_bus_nothing_is_held_and_nothing_said() -> None:
    holder = DBusHolder(session="unix:path=/nonexistent/bus", system="unix:path=/nonexistent/bus")
    holder.hold()
    assert not holder.is_asking
    assert not holder.is_held
    holder.release()


def _names(connection: QDBusConnection) -> list[str]:
    names: list[str] = connection.interface().registeredServiceNames().value()
    return names
