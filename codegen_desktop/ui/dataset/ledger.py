"""The ledger: how many pieces were accepted, how many left out and why; and the licences of what was accepted."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.dataset.count_rows import CountList
from codegen_desktop.ui.dataset.facts import DatasetFacts
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.labels import icon_label, label, line


class LedgerCard(Card):
    """Accepted and left out. `reason_chosen` carries the reason to show, empty for all again."""

    reason_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__("Ledger", margins=False)
        self._accepted = _Stat("accepted", "check", "ok")
        self._left_out = _Stat("left out", "circle-slash", "text2")
        self._bar = _AcceptedBar()
        self._reasons = CountList("Nothing was left out.", with_bars=True)

        stats = QHBoxLayout()
        theme.space(stats, 0, 24)
        stats.addWidget(self._accepted)
        stats.addWidget(self._left_out)
        stats.addStretch(1)
        head = QVBoxLayout()
        theme.space(head, (14, 0, 14, 10), 8)
        head.addLayout(stats)
        head.addWidget(self._bar)
        self.body.addLayout(head)
        self.body.addWidget(line())
        self.body.addWidget(scrolling(self._reasons), 1)

        self._reasons.chosen.connect(self.reason_chosen)

    def set_facts(self, facts: DatasetFacts) -> None:
        """Show a dataset's verdicts."""
        self._accepted.set_value(facts.accepted)
        self._left_out.set_value(facts.left_out)
        self._bar.set_counts(facts.accepted, facts.left_out)
        self._reasons.set_counts(facts.reasons)

    @property
    def reasons(self) -> CountList:
        """The rows of reasons."""
        return self._reasons


class LicencesCard(Card):
    """How many snippets stand under each licence. `licence_chosen` carries the one to show, empty for all again."""

    licence_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__("Licences", margins=False)
        self._licences = CountList("There are no snippets yet.", with_bars=False)
        self.body.addWidget(scrolling(self._licences), 1)

        self._licences.chosen.connect(self.licence_chosen)

    def set_facts(self, facts: DatasetFacts) -> None:
        """Show a dataset's licences."""
        self._licences.set_counts(facts.licences)

    @property
    def licences(self) -> CountList:
        """The rows of licences."""
        return self._licences


def scrolling(content: QWidget) -> QScrollArea:
    """A frameless area that scrolls its content up and down, and lets the ground of the card through."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    theme.size(area, minimum_height=30)
    holder = QWidget()
    column = QVBoxLayout(holder)
    theme.space(column, 0, 0)
    column.addWidget(content)
    column.addStretch(1)
    area.setWidget(holder)
    area.viewport().setAutoFillBackground(False)
    holder.setAutoFillBackground(False)
    return area


class _Stat(QWidget):
    """A number and below it, with its mark, what it counts."""

    def __init__(self, words: str, icon: str, role: str) -> None:
        super().__init__()
        self._words = words
        self._value = label("–", "stat")
        below = QHBoxLayout()
        theme.space(below, 0, 5)
        below.addWidget(icon_label(icon, role, 14))
        below.addWidget(label(words, "ok" if role == "ok" else "caption"))
        below.addStretch(1)
        column = QVBoxLayout(self)
        theme.space(column, 0, 0)
        column.addWidget(self._value)
        column.addLayout(below)

    def set_value(self, value: int) -> None:
        """Write another number."""
        self._value.setText(f"{value:,}")
        self.setAccessibleName(f"{value:,} {self._words}")


class _AcceptedBar(QWidget):
    """The share that was accepted, in green; what was left out, in grey."""

    def __init__(self) -> None:
        super().__init__()
        self._accepted, self._left_out = 0, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Share accepted")

    def set_counts(self, accepted: int, left_out: int) -> None:
        """Show other counts."""
        self._accepted, self._left_out = accepted, left_out
        self.setAccessibleDescription(f"{accepted:,} accepted, {left_out:,} left out")
        self.update()

    def sizeHint(self) -> QSize:
        """A thin bar."""
        return QSize(theme.px(120), theme.px(8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Two parts with a gap of one pixel."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        total = self._accepted + self._left_out
        radius = self.height() / 2
        whole = QRectF(self.rect())
        painter.setBrush(QColor(colours.reference.colour if self._left_out else colours.border))
        painter.drawRoundedRect(whole, radius, radius)
        if total and self._accepted:
            whole.setWidth(max(self.width() * self._accepted / total - (2 if self._left_out else 0), self.height()))
            painter.setBrush(QColor(colours.ok))
            painter.drawRoundedRect(whole, radius, radius)
        painter.end()
