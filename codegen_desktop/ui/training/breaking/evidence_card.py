"""A card that stays folded until it is opened: its title, the question it answers, and then the evidence."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.widgets.labels import label


class EvidenceCard(QFrame):
    """One piece of evidence. `opened(key)` tells the first time it is looked at."""

    opened = Signal(str)

    def __init__(self, key: str, title: str, question: str) -> None:
        super().__init__()
        self.key = key
        self.setProperty("class", "card")
        self._title = title
        self.button = QPushButton(title)
        self._question = label(question, "caption", wrap=True)
        self._content = QWidget()
        self._content_layout = QVBoxLayout(self._content)
        self._text = label("", "", selectable=True, wrap=True)
        self._picture: QWidget | None = None
        self._was_opened = False

        self.button.setProperty("class", "quiet")
        self.button.setCheckable(True)
        self.button.setAutoDefault(False)
        self.button.setAccessibleDescription(question)
        self._text.setTextFormat(Qt.TextFormat.RichText)
        theme.space(self._content_layout, (12, 2, 0, 8), 6)
        self._content_layout.addWidget(self._text)
        layout = QVBoxLayout(self)
        head = QHBoxLayout()
        theme.space(head, 0, 8)
        head.addWidget(self.button)
        head.addWidget(self._question, 1)
        theme.space(layout, (4, 4, 12, 4), 4)
        layout.addLayout(head)
        layout.addWidget(self._content)

        self.button.toggled.connect(self._on_button_toggled)
        self._on_button_toggled(False)

    def show_evidence(self, text: str, picture: QWidget | None = None) -> None:
        """Take the evidence of a mystery, and fold up."""
        if self._picture is not None:
            self._content_layout.removeWidget(self._picture)
            self._picture.deleteLater()
        self._picture = picture
        if picture is not None:
            self._content_layout.insertWidget(0, picture)
        self._text.setText(text)
        self._was_opened = False
        self.button.setChecked(False)

    @property
    def is_open(self) -> bool:
        """Whether the evidence is shown."""
        return self.button.isChecked()

    @property
    def text(self) -> str:
        """The evidence as rich text."""
        return self._text.text()

    def _on_button_toggled(self, open_now: bool) -> None:
        self._content.setVisible(open_now)
        icons.set_icon(self.button, "chevron-up" if open_now else "chevron-down", "text2", 15)
        self.button.setAccessibleName(f"{self._title}, {'open' if open_now else 'folded'}")
        if open_now and not self._was_opened:
            self._was_opened = True
            self.opened.emit(self.key)
