"""What a region shows while it has nothing: what is missing, how long the remedy takes, and the button for it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.labels import icon_label, label


class EmptyState(QWidget):
    """Centred, at most 480 wide. `primary` and `standard` are None where no words were given for them."""

    def __init__(self, icon: str, title: str, sentence: str, primary: str = "", standard: str = "") -> None:
        super().__init__()
        self.primary: QPushButton | None = button(primary, "", "primary") if primary else None
        self.standard: QPushButton | None = button(standard) if standard else None
        picture = icon_label(icon, "text2", 24)
        self._title = label(title, "strong")
        self._sentence = label(sentence, "secondary", wrap=True)

        centre = Qt.AlignmentFlag.AlignCenter
        self._title.setAlignment(centre)
        self._sentence.setAlignment(centre)
        theme.size(self._sentence, maximum_width=480)
        buttons = QHBoxLayout()
        theme.space(buttons, 0, 8)
        buttons.addStretch(1)
        for made in (self.primary, self.standard):
            if made is not None:
                buttons.addWidget(made)
        buttons.addStretch(1)
        middle = QHBoxLayout()  # not an alignment: that would take the label's height for its width away
        middle.addStretch(1)
        middle.addWidget(self._sentence, 100)
        middle.addStretch(1)
        layout = QVBoxLayout(self)
        theme.space(layout, 16, 8)
        layout.addStretch(1)
        layout.addWidget(picture, 0, centre)
        layout.addWidget(self._title, 0, centre)
        layout.addLayout(middle)
        layout.addLayout(buttons)
        layout.addStretch(1)

    @property
    def words(self) -> str:
        """What it says."""
        return f"{self._title.text()}. {self._sentence.text()}"

    def say(self, title: str, sentence: str) -> None:
        """Say what is missing in other words."""
        self._title.setText(title)
        self._sentence.setText(sentence)
