"""Turns the marks of question texts (`code`, **bold**, {option 2}) into rich text, or into plain words."""

import re
from collections.abc import Sequence
from html import escape

from codegen_desktop.quiz.lint import OPTION
from codegen_desktop.ui import theme

LETTERS = "ABCDEFGH"

_CODE = re.compile(r"`([^`\n]+)`")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def rich(text: str, places: Sequence[int] = ()) -> str:
    """The text as Qt's rich text. `places` are the option indices in the order they are shown."""
    mono, ink = theme.MONO, theme.colours().text
    said = escape(_with_letters(text, places), quote=False)
    parts = _CODE.split(said)
    for index in range(0, len(parts), 2):
        parts[index] = _BOLD.sub(rf'<span style="color:{ink};font-weight:600">\1</span>', parts[index])
    for index in range(1, len(parts), 2):
        kept = parts[index].replace(" ", "&nbsp;")
        parts[index] = f"<span style=\"font-family:'{mono}';color:{ink}\">{kept}</span>"
    return "".join(parts).replace("\n", "<br>")


def plain(text: str, places: Sequence[int] = ()) -> str:
    """The text without marks, for accessible names and tables."""
    return _BOLD.sub(r"\1", _CODE.sub(r"\1", _with_letters(text, places)))


def code_html(text: str) -> str:
    """A whole text in code letters."""
    kept = escape(text, quote=False).replace(" ", "&nbsp;").replace("\n", "<br>")
    return f"<span style=\"font-family:'{theme.MONO}'\">{kept}</span>"


def points_text(points: float | None) -> str:
    """Points as they are written: 1, ½, 0, 2½; a dash while they are open."""
    if points is None:
        return "–"
    whole, half = divmod(points, 1)
    if half == 0.5:
        return f"{whole:.0f}½" if whole else "½"
    return f"{points:g}"


def _with_letters(text: str, places: Sequence[int]) -> str:
    def letter(found: re.Match[str]) -> str:
        index = int(found[1]) - 1
        shown = places.index(index) if index in places else index
        return LETTERS[shown % len(LETTERS)]

    return OPTION.sub(letter, text)
