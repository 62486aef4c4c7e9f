"""The two arrangements of the Tokens tab's cards: all at once, or behind one switch in a small window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.segmented import Segmented

WIDE, HIGH = 1200, 760
"""Below this window size in design pixels the tab is compact."""

TEXT_WIDTH = 312


class TokensLayout(QStackedWidget):
    """Wide: two rows, the text at their left. Compact: the text at the left, the rest one card at a time."""

    def __init__(self, text: QWidget, columns: QWidget, settings: QWidget, lengths: QWidget, vocabulary: QWidget):
        super().__init__()
        self._text = text
        self._others = (columns, settings, lengths, vocabulary)
        self._is_compact: bool | None = None
        self._wide, self._compact = QWidget(), QWidget()
        self._grid = QGridLayout(self._wide)
        self._text_area = QScrollArea()
        self._sides = Segmented("Part of the tab", ["Tokens", "Settings", "Lengths", "Vocabulary"])
        self._stack = QStackedWidget()

        theme.size(text, width=TEXT_WIDTH)
        theme.space(self._grid, 0, 12)
        self._grid.setRowStretch(0, 392)
        self._grid.setRowStretch(1, 326)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        self._text_area.setWidgetResizable(True)
        self._text_area.setFrameShape(QFrame.Shape.NoFrame)
        self._text_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        bar = QHBoxLayout()
        bar.addWidget(self._sides)
        bar.addStretch(1)
        right = QVBoxLayout()
        theme.space(right, 0, 8)
        right.addLayout(bar)
        right.addWidget(self._stack, 1)
        row = QHBoxLayout(self._compact)
        theme.space(row, 0, 8)
        row.addWidget(self._text_area)
        row.addLayout(right, 1)
        self.addWidget(self._wide)
        self.addWidget(self._compact)

        self._sides.chosen.connect(self._stack.setCurrentIndex)

    def arrange(self, compact: bool) -> None:
        """Put the cards where they belong."""
        if compact == self._is_compact:
            return
        self._is_compact = compact
        columns, settings, lengths, vocabulary = self._others
        if compact:
            theme.size(self._text_area, width=TEXT_WIDTH)
            self._text_area.setWidget(self._text)
            for card in self._others:
                self._stack.addWidget(card)
            self._stack.setCurrentIndex(self._sides.index)
        else:
            self._text_area.takeWidget()
            self._grid.addWidget(self._text, 0, 0)
            self._grid.addWidget(columns, 0, 1, 1, 2)
            self._grid.addWidget(settings, 1, 0)
            self._grid.addWidget(lengths, 1, 1)
            self._grid.addWidget(vocabulary, 1, 2)
        for card in (self._text, *self._others) if not compact else (self._text,):
            card.show()
        self.setCurrentWidget(self._compact if compact else self._wide)

    @property
    def sides(self) -> Segmented:
        """The switch of the compact arrangement."""
        return self._sides
