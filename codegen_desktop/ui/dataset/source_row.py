"""The parts of the sources card: one row a source, and the box that takes what is dropped."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QFrame, QHBoxLayout, QRadioButton, QVBoxLayout

from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.labels import icon_label, label


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """A source as it is introduced: the name that `open_corpus` knows (or `own`), title, sentence, licence, amount."""

    name: str
    title: str
    sentence: str
    licence: str
    amount: str
    icon: str


class SourceRow(QFrame):
    """One source: radio button, icon, name and amount; below them a sentence and the licence."""

    def __init__(self, source: SourceChoice, group: QButtonGroup) -> None:
        super().__init__()
        self.title = source.title
        self._button = QRadioButton()
        self._button.setAccessibleName(source.title)
        group.addButton(self._button)
        self._amount = label(source.amount, "strong")
        self._sentence = label(f"{source.sentence} {source.licence}".strip(), "caption", wrap=True)
        self._button.setAccessibleDescription(f"{source.sentence} {source.licence}".strip())

        first = QHBoxLayout()
        theme.space(first, 0, 8)
        first.addWidget(self._button)
        first.addWidget(icon_label(source.icon, "text2", 18))
        first.addWidget(label(source.title, "strong"))
        first.addStretch(1)
        first.addWidget(self._amount)
        below = QVBoxLayout()
        theme.space(below, (26, 0, 0, 0), 0)
        below.addWidget(self._sentence)
        column = QVBoxLayout(self)
        theme.space(column, (14, 4, 14, 7), 0)
        column.addLayout(first)
        column.addLayout(below)

    @property
    def is_chosen(self) -> bool:
        """Whether this is the source to read."""
        return self._button.isChecked()

    @property
    def radio(self) -> QRadioButton:
        """The button that chooses it."""
        return self._button

    def choose(self) -> None:
        """Make this the source to read."""
        self._button.setChecked(True)

    def set_amount(self, amount: str) -> None:
        """Write how many snippets it gave."""
        self._amount.setText(amount)

    def set_sentence(self, sentence: str) -> None:
        """Write which folder or file was chosen."""
        self._sentence.setText(sentence)
        self._button.setAccessibleDescription(sentence)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click anywhere on the row chooses it."""
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._button.click()


class DropBox(QFrame):
    """A dashed box that says what can be dropped, with buttons for those who do not drag."""

    path_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._target = ""
        self._words = label("Drop anywhere on this page, or choose", "caption", wrap=True)
        self._folder_button = button("Folder…", "folder", "small")
        self._file_button = button("File…", "plus", "small")
        self._folder_button.setAccessibleName("Choose a folder of code")
        self._file_button.setAccessibleName("Choose a file of code")
        self.setFocusProxy(self._folder_button)

        buttons = QHBoxLayout()
        theme.space(buttons, 0, 8)
        buttons.addWidget(self._folder_button)
        buttons.addWidget(self._file_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        theme.space(column, 10, 8)
        column.addWidget(self._words)
        column.addLayout(buttons)

        self._folder_button.clicked.connect(self.choose_folder)
        self._file_button.clicked.connect(self.choose_file)

    def set_target(self, name: str) -> None:
        """Take the accent edge and name what would be read; an empty name goes back to rest."""
        self._target = name
        self._words.setText(f"Drop to read {name}" if name else "Drop anywhere on this page, or choose")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The dashed edge."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(colours.accent if self._target else colours.control_edge), 2 if self._target else 1)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.px(6), theme.px(6))
        painter.end()

    def choose_folder(self) -> None:
        """Ask for a folder; nothing happens when the dialog is closed without one."""
        self._ask(QFileDialog(self.window(), "Choose a folder of code"), QFileDialog.FileMode.Directory)

    def choose_file(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self.window(), "Choose a file of code")
        dialog.setNameFilter("Code (*.py *.jsonl)")
        self._ask(dialog, QFileDialog.FileMode.ExistingFile)

    def _ask(self, dialog: QFileDialog, mode: QFileDialog.FileMode) -> None:
        dialog.setFileMode(mode)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.path_chosen)
        dialog.open()
