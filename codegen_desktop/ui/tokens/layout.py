"""The two arrangements of the Tokens tab's cards: all at once, or behind one switch in a small window."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from codegen_desktop.ui import theme
from codegen_desktop.ui.fit import Fit
from codegen_desktop.ui.widgets.segmented import Segmented

TEXT_WIDTH = 312


class TokensLayout(QStackedWidget):
    """Wide: two rows, the text at their left. Compact: the text at the left, the rest one card at a time.

    Narrow: the text above the rest, and the columns one above the other.
    """

    def __init__(
        self, text: QWidget, columns: Sequence[QWidget], settings: QWidget, lengths: QWidget, vocabulary: QWidget
    ):
        super().__init__()
        self._text = text
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._others = (QWidget(), settings, lengths, vocabulary)
        self._wide, self._compact = QWidget(), QWidget()
        self._grid = QGridLayout(self._wide)
        self._text_area = QScrollArea()
        self._sides = Segmented("Part of the tab", ["Tokens", "Settings", "Lengths", "Vocabulary"])
        self._stack = QStackedWidget()

        theme.space(self._columns, 0, 12)
        for column in columns:
            self._columns.addWidget(column, 1)
        self._others[0].setLayout(self._columns)
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
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._compact)
        theme.space(self._row, 0, 8)
        self._row.addWidget(self._text_area)
        self._row.addLayout(right, 1)
        self.addWidget(self._wide)
        self.addWidget(self._compact)

        self._sides.chosen.connect(self._stack.setCurrentIndex)

    def set_fit(self, fit: Fit) -> None:
        """Put the cards where they belong."""
        compact, narrow = fit is not Fit.WIDE, fit is Fit.NARROW
        columns, settings, lengths, vocabulary = self._others
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._row.setDirection(direction)
        self._columns.setDirection(direction)
        for part in (self._text, self._text_area):
            theme.size(part, minimum_width=TEXT_WIDTH, maximum_width=2000 if narrow else TEXT_WIDTH)
        theme.size(self._text_area, minimum_height=440 if narrow else 0)
        theme.size(self._stack, minimum_height=560 if narrow else 0)
        if compact:
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
