"""A card that is one large button: what it does as a title, what that means as a sentence."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.labels import icon_label, label


class ChoiceCard(QPushButton):
    """Icon, title and sentence; `key` is shown where there is one."""

    def __init__(self, icon: str, title: str, sentence: str, key: str = "") -> None:
        super().__init__()
        self.setProperty("class", "choice")
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        words = QVBoxLayout()
        theme.space(words, 0, 2)
        top = QHBoxLayout()
        top.addWidget(label(title, "strong"), 1)
        if key:
            top.addWidget(label(key, "key"))
        words.addLayout(top)
        self._sentence = label(sentence, "secondary", wrap=True)
        words.addWidget(self._sentence)
        self._row = QHBoxLayout(self)
        layout = self._row
        theme.space(layout, (18, 14, 14, 14), 14)
        layout.addWidget(icon_label(icon, "text", 22), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_sentence(self, sentence: str) -> None:
        """Say another sentence."""
        self._sentence.setText(sentence)
        self.setAccessibleDescription(sentence)

    @property
    def sentence(self) -> str:
        """What stands below the title."""
        return self._sentence.text()

    def sizeHint(self) -> QSize:  # Qt's name
        return self._row.totalSizeHint()

    def minimumSizeHint(self) -> QSize:  # Qt's name
        return self._row.totalMinimumSize()

    def hasHeightForWidth(self) -> bool:  # Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # Qt's name
        return self._row.totalHeightForWidth(width)
