"""Code as rich text for a label: Python's colours, and behind some of its characters a fill or a line below."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.highlight import coloured


@dataclass(frozen=True, slots=True)
class Tint:
    """Characters `start` to `end` (excluded) stand on a fill, `#RRGGBB` or empty, underlined or not."""

    start: int
    end: int
    fill: str = ""
    underlined: bool = False


def code_html(code: str, tints: Sequence[Tint] = (), design_pixels: int = 12) -> str:
    """The code in the colours in force; every line break and space is kept; a label that wraps breaks long lines."""
    code = code.replace("\r", "␍")  # the lexer would leave it out, and everything after it would move
    inks, fills = [""] * len(code), [("", False)] * len(code)
    for start, length, role in coloured(code):
        inks[start : start + length] = [getattr(theme.colours(), role)] * len(code[start : start + length])
    for tint in tints:
        fills[tint.start : tint.end] = [(tint.fill, tint.underlined)] * len(code[tint.start : tint.end])
    pieces = []
    for (ink, (fill, underlined)), places in groupby(range(len(code)), lambda place: (inks[place], fills[place])):
        run = list(places)
        style = "".join(
            (
                f"color:{ink};" if ink else "",
                f"background-color:{fill};" if fill else "",
                "text-decoration:underline;" if underlined else "",
            )
        )
        words = escape(code[run[0] : run[-1] + 1])
        pieces.append(f'<span style="{style}">{words}</span>' if style else words)
    style = f"margin:0;white-space:pre-wrap;font-family:'{theme.MONO}';font-size:{theme.px(design_pixels)}px"
    return f'<pre style="{style}">{"".join(pieces)}</pre>'
