"""Instructions from the test part, which the model has never met: the fairest things to ask it."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QMenu, QVBoxLayout, QWidget

from codegen_desktop.corpus.snippet import Snippet
from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.labels import label

IN_MENU = 14
"""How many stand in the menu that a small window has instead of the list."""


class Suggestions(QWidget):
    """A list to choose from; a click or Enter asks for it."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._snippets: tuple[Snippet, ...] = ()
        self._list = QListWidget()
        self._none = label("Instructions appear here when the run's own dataset is open.", "caption", wrap=True)
        self.menu = QMenu(self)

        column = QVBoxLayout(self)
        theme.space(column, (0, 4, 0, 4), 2)
        column.addWidget(self._titled("Never met in training"))
        column.addWidget(self._none)
        column.addWidget(self._list, 1)
        self._list.setAccessibleName("Instructions never met in training")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setUniformItemSizes(True)
        self._list.setStyleSheet("QListWidget::item { padding-left: 10px; }")

        self._list.itemClicked.connect(self._on_list_item_chosen)
        self._list.itemActivated.connect(self._on_list_item_chosen)
        self.menu.triggered.connect(lambda action: self.chosen.emit(action.data()))

    def _titled(self, text: str) -> QWidget:
        title = label(text, "caption")
        title.setContentsMargins(theme.px(12), 0, 0, 0)
        title.setToolTip("From the test part: the model combines here what it learned elsewhere")
        return title

    @property
    def prompts(self) -> tuple[str, ...]:
        """What can be chosen, as the model would be asked."""
        return tuple(snippet.prompt for snippet in self._snippets)

    @property
    def list(self) -> QListWidget:
        """The list itself."""
        return self._list

    def set_snippets(self, snippets: Sequence[Snippet]) -> None:
        """Offer the instructions of these snippets."""
        self._snippets = tuple(snippets)
        self._list.clear()
        self.menu.clear()
        for place, snippet in enumerate(self._snippets):
            words = snippet.instruction or ""
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, snippet.prompt)
            item.setToolTip(words)
            item.setSizeHint(QSize(theme.px(100), theme.px(28)))
            self._list.addItem(item)
            if place < IN_MENU:
                self.menu.addAction(words.replace("&", "&&")).setData(snippet.prompt)
        self._none.setVisible(not self._snippets)
        self._list.setVisible(bool(self._snippets))

    def _on_list_item_chosen(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
