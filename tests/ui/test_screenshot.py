"""`--screenshot`: five pictures of the real window, the Lab opened for reading only."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from small_lab import fill

from codegen_desktop.errors import LabError
from codegen_desktop.lab import Lab
from codegen_desktop.ui import theme
from codegen_desktop.ui.screenshot import take_screenshots
from codegen_desktop.ui.stages import Stage

pytestmark = pytest.mark.usefixtures("dressed")


def pictures(folder: Path) -> dict[Stage, QImage]:
    return {stage: QImage(str(folder / f"{stage.value}.png")) for stage in Stage}


def test_five_pictures_of_a_finished_run(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "lab.cglab"
    with Lab.create(path) as lab:
        fill(lab)
    before = path.read_bytes()
    assert take_screenshots(tmp_path / "out", path, (1200, 800), dark=True, text_scale=1.25) == 0
    taken = pictures(tmp_path / "out")
    assert {(image.width(), image.height()) for image in taken.values()} == {(1200, 800)}
    assert len({image.cacheKey() for image in taken.values()}) == 5
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == sorted(f"{stage.value}.png" for stage in Stage)
    assert theme.current().dark
    assert theme.current().text_scale == 1.25
    assert path.read_bytes() == before, "the Lab was changed"
    with Lab.open(path):
        assert not qapp.topLevelWidgets() or not any(window.isVisible() for window in qapp.topLevelWidgets())


def test_without_a_lab_the_first_page_is_shown(tmp_path: Path) -> None:
    assert take_screenshots(tmp_path / "new" / "folder", None, (1024, 640)) == 0
    assert all(not image.isNull() for image in pictures(tmp_path / "new" / "folder").values())


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LabError, match="cannot be made"):
        take_screenshots(tmp_path / "file")
    with pytest.raises(LabError, match="no Lab file"):
        take_screenshots(tmp_path / "out", tmp_path / "missing.cglab")
