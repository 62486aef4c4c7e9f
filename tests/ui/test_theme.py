"""Colours keep their contrasts, measures follow the text scale, and the look changes while the program runs."""

import re

import pytest
from PySide6.QtGui import QColor, QFont, QFontInfo
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from codegen_desktop.paths import resource
from codegen_desktop.ui import icons, style, theme
from codegen_desktop.ui.colours import DARK, LIGHT, Colours, contrast

both = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


@both
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("text", "card", 13.0),
        ("text2", "card", 7.0),
        ("text3", "header", 4.5),
        ("accent_text", "accent", 4.5),
        ("ok", "ok_soft", 4.5),
        ("warn", "warn_soft", 4.5),
        ("error", "error_soft", 4.5),
        ("comment", "sunken", 4.5),
        ("keyword", "sunken", 4.5),
        ("literal", "sunken", 4.5),
        ("control_edge", "card", 3.0),
        ("accent", "page", 5.2),
        ("accent", "selected", 4.5),
    ],
)
def test_words_can_be_read(colours: Colours, ink: str, ground: str, least: float) -> None:
    assert contrast(QColor(getattr(colours, ink)), QColor(getattr(colours, ground))) >= least


@both
def test_ink_on_every_chip_and_shade_can_be_read(colours: Colours) -> None:
    for token_id in range(8):
        assert contrast(QColor(colours.text), colours.chip(token_id)) >= 9.0
    for step in range(9):
        fill = colours.shade((step + 0.5) / 9)
        assert contrast(colours.ink_on(fill), fill) >= 4.5


@both
def test_shades_go_from_nothing_to_all(colours: Colours) -> None:
    assert colours.shade(-1.0) == colours.shade(0.0) == QColor(colours.ramp[0])
    assert colours.shade(1.0) == colours.shade(7.0) == QColor(colours.ramp[8])
    assert colours.chip(3) == colours.chip(11)


@both
def test_every_series_can_be_seen_and_differs_in_dash(colours: Colours) -> None:
    series = (
        colours.train,
        colours.test,
        colours.compared,
        colours.reference,
        colours.random_guess,
        colours.word_pairs,
    )
    assert all(contrast(QColor(pen.colour), QColor(colours.card)) >= 3.0 for pen in series)
    assert len({pen.dash for pen in series}) == len(series)


@both
def test_the_sheet_leaves_nothing_unfilled(colours: Colours) -> None:
    sheet = style.sheet(colours, theme.px)
    assert not re.search(r"[@$]", sheet)
    named = re.findall(r"url\(icons:([^)]+)\)", sheet)
    assert named
    assert all(resource("icons", *name.split("/")).is_file() for name in named)


@both
def test_pictures_of_controls_have_the_colours_of_the_theme(colours: Colours) -> None:
    for name, shown, ink in (
        ("chevron-down", "chevron-down", colours.text2),
        ("chevron-up", "chevron-up", colours.text2),
        ("check", "check", colours.accent_text),
        ("check", "tick", colours.accent),
    ):
        picture = resource("icons", "controls", f"{colours.name}-{shown}.svg")
        assert picture.read_bytes() == icons.svg(name, ink)


def test_bundled_fonts_are_used(dressed: QApplication) -> None:
    assert QFontInfo(theme.font()).family() == theme.SANS
    assert QFontInfo(theme.font(mono=True)).family() == theme.MONO
    assert theme.font().isFeatureSet(QFont.Tag("tnum"))
    assert dressed.font().pixelSize() == 13
    assert sum(path.stat().st_size for path in resource("fonts").iterdir()) < 3_000_000


def test_measures_and_icons_follow_a_change_while_it_runs(dressed: QApplication, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    theme.space(layout, (16, 8, 4, 2), 12)
    button, words = QPushButton("Start"), QLabel("stat")
    words.setProperty("class", "stat")
    icons.set_icon(button, "play", "accent_text")
    theme.size(words, height=28, minimum_width=100)
    layout.addWidget(button)
    layout.addWidget(words)
    window.show()
    normal = words.fontMetrics().height()

    style.apply(dressed, theme.current().with_scale(2.0).with_dark(True))

    margins = layout.contentsMargins()
    assert (margins.left(), margins.top(), margins.right(), margins.bottom()) == (32, 16, 8, 4)
    assert layout.spacing() == 24
    assert (words.height(), words.minimumWidth()) == (56, 200)
    assert button.iconSize().height() == 32
    assert words.fontMetrics().height() > 1.8 * normal
    assert window.palette().window().color() == QColor(DARK.page)
    picture = button.icon().pixmap(button.iconSize()).toImage()
    shown = {
        picture.pixelColor(x, y).rgb()
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).alpha() == 255
    }
    assert QColor(DARK.accent_text).rgb() in shown


def test_text_scale_stays_in_its_range() -> None:
    look = theme.Theme()
    assert look.with_scale(0.1).text_scale == 1.0
    assert look.with_scale(9.0).text_scale == 2.0
    assert look.with_dark(True).dark
    assert not look.with_dark(True).with_dark(False).dark


def test_every_icon_that_is_named_is_shipped_and_the_other_way_round() -> None:
    sources = [
        path.read_text(encoding="utf-8") for path in (resource().parent / "codegen_desktop" / "ui").rglob("*.py")
    ]
    words = set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)*)"', "\n".join(sources)))
    shipped = {path.stem for path in resource("icons").glob("*.svg")}
    assert shipped <= words | {"chevron-up", "chevron-down"}, sorted(shipped - words)


@pytest.mark.usefixtures("dressed")
def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-icon")
