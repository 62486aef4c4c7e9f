"""A region of a tab: a title, at most two quiet actions, and what it holds."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.labels import label


class Card(QFrame):
    """A bordered region. `body` takes the content; lists run edge to edge when `margins` is False."""

    def __init__(self, title: str = "", note: str = "", *, margins: bool = True) -> None:
        super().__init__()
        self.setProperty("class", "card")
        self._title = label(title, "card-title")
        self._note = label(note, "caption")
        self._header = QWidget()
        self.header = QHBoxLayout(self._header)
        self.body = QVBoxLayout()

        theme.space(self.header, (14, 0, 10, 0), 8)
        theme.size(self._header, height=40)
        self.header.addWidget(self._title)
        self.header.addWidget(self._note)
        self.header.addStretch(1)
        theme.space(self.body, (14, 0, 14, 12) if margins else (1, 0, 1, 1), 10 if margins else 0)
        layout = QVBoxLayout(self)
        theme.space(layout, 0, 0)
        layout.addWidget(self._header)
        layout.addLayout(self.body, 1)

        self._header.setVisible(bool(title))
        self._note.setVisible(bool(note))
        self.setAccessibleName(title)

    def set_title(self, title: str, note: str = "") -> None:
        """Name the card; `note` stands beside the title in grey."""
        self._title.setText(title)
        self._note.setText(note)
        self._header.setVisible(True)
        self._note.setVisible(bool(note))
        self.setAccessibleName(title)

    @property
    def title(self) -> QWidget:
        """The title's words, which give way where the card is narrow."""
        return self._title

    def add_action(self, text: str, icon: str = "") -> QPushButton:
        """A quiet button at the right of the title."""
        made = button(text, icon, "quiet")
        self.header.addWidget(made)
        return made

    def add_header_widget(self, widget: QWidget) -> None:
        """Something else at the right of the title."""
        self._header.setVisible(True)
        self.header.addWidget(widget)

    def set_chosen(self, chosen: bool) -> None:
        """Show that this card is the chosen one of several."""
        theme.set_class(self, "card-chosen" if chosen else "card")
