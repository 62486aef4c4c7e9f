"""The colours of the design language, light and dark: palettes, style sheet and painters take their ink from here."""

from dataclasses import dataclass

from PySide6.QtGui import QColor


@dataclass(frozen=True, slots=True)
class Pen:
    """How a plot series is drawn: colour, width in px, dash in px (solid if empty), and the colour of its text."""

    colour: str
    width: float
    dash: tuple[float, ...] = ()
    text: str = ""

    @property
    def ink(self) -> str:
        """The colour of words that name the series."""
        return self.text or self.colour


@dataclass(frozen=True, slots=True)
class Colours:
    """One full set of colour roles; every value is `#RRGGBB`."""

    name: str
    header: str
    page: str
    card: str
    sunken: str
    hover: str
    selected: str
    border: str
    row_line: str
    control_edge: str
    text: str
    text2: str
    text3: str
    disabled: str
    accent: str
    accent_hover: str
    accent_text: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    error: str
    error_soft: str
    keyword: str
    definition: str
    literal: str
    comment: str
    tooltip: str
    tooltip_text: str
    train: Pen
    test: Pen
    compared: Pen
    reference: Pen
    random_guess: Pen
    word_pairs: Pen
    ramp: tuple[str, ...]
    chips: tuple[str, ...]

    def chip(self, token_id: int) -> QColor:
        """The fill of a token's chip: the same id always looks the same."""
        return QColor(self.chips[token_id % len(self.chips)])

    def shade(self, share: float) -> QColor:
        """The class of the nine-step ramp for a share from 0 (nothing) to 1 (all)."""
        bounded = min(max(share, 0.0), 1.0)
        return QColor(self.ramp[min(int(bounded * len(self.ramp)), len(self.ramp) - 1)])

    def ink_on(self, fill: QColor) -> QColor:
        """Whichever of text and card contrasts more with a fill."""
        text, paper = QColor(self.text), QColor(self.card)
        return text if contrast(text, fill) >= contrast(paper, fill) else paper


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.x)."""
    first, second = _luminance(one), _luminance(other)
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.03928 else float(((channel + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


LIGHT = Colours(
    name="light",
    header="#ECEAE4",
    page="#F7F6F2",
    card="#FFFFFF",
    sunken="#F2F0EB",
    hover="#EFEDE7",
    selected="#E3EDF8",
    border="#DEDBD3",
    row_line="#EBE8E1",
    control_edge="#89867D",
    text="#1C1E22",
    text2="#50545B",
    text3="#666A72",
    disabled="#9B9A95",
    accent="#0F5FB3",
    accent_hover="#0B4C91",
    accent_text="#FFFFFF",
    ok="#18794A",
    ok_soft="#E3F3EA",
    warn="#8A5A00",
    warn_soft="#FBF0D6",
    error="#B3261E",
    error_soft="#FBE6E3",
    keyword="#6B3FA0",
    definition="#0F5FB3",
    literal="#1B6E53",
    comment="#666A72",
    tooltip="#1C1E22",
    tooltip_text="#FFFFFF",
    train=Pen("#0F5FB3", 2.25),
    test=Pen("#D4560A", 2.25, (6, 4), "#AD4300"),
    compared=Pen("#A020F0", 2.25, (3, 3)),
    reference=Pen("#85888F", 1.75, (7, 5), "#666A72"),
    random_guess=Pen("#2E3138", 1.5, (1.5, 3.5)),
    word_pairs=Pen("#5A5E66", 1.5, (8, 3, 1.5, 3)),
    ramp=("#FFFFFF", "#EDF4FB", "#D6E6F6", "#B6D3EF", "#8EBBE4", "#5F9DD6", "#2E75B8", "#1A67AE", "#0B4C91"),
    chips=("#DCE9F8", "#FBE3D2", "#DCF1E1", "#EADFF6", "#F6ECC2", "#D3EFEF", "#F9DCE6", "#E7E3D8"),
)
"""Paper and ink."""

DARK = Colours(
    name="dark",
    header="#101215",
    page="#16181C",
    card="#1E2126",
    sunken="#181A1E",
    hover="#272B31",
    selected="#1F3550",
    border="#343840",
    row_line="#2A2E35",
    control_edge="#6A717D",
    text="#E9EBEE",
    text2="#B4B9C1",
    text3="#9AA0AA",
    disabled="#6A707A",
    accent="#7DBBFA",
    accent_hover="#A3CFFC",
    accent_text="#0B1A2B",
    ok="#6CCB98",
    ok_soft="#1A3427",
    warn="#EDBB5B",
    warn_soft="#372C14",
    error="#FF9186",
    error_soft="#43211E",
    keyword="#CBA8F5",
    definition="#8CC4FB",
    literal="#7FD0A8",
    comment="#9AA0AA",
    tooltip="#E9EBEE",
    tooltip_text="#101215",
    train=Pen("#5FAEF7", 2.25),
    test=Pen("#FF9A4D", 2.25, (6, 4), "#FFAA69"),
    compared=Pen("#B65CFF", 2.25, (3, 3)),
    reference=Pen("#868D98", 1.75, (7, 5), "#9AA0AA"),
    random_guess=Pen("#E3E6EA", 1.5, (1.5, 3.5)),
    word_pairs=Pen("#B4B9C1", 1.5, (8, 3, 1.5, 3)),
    ramp=("#1E2126", "#1F2B3A", "#21384F", "#254867", "#2D5C85", "#336B9B", "#4C92CE", "#69AEEC", "#9CCDFB"),
    chips=("#22384F", "#4B3322", "#1F422E", "#3B2E50", "#443C1A", "#1A4244", "#4B2937", "#3A3830"),
)
"""The same roles on a dark ground."""
