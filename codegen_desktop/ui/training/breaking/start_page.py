"""The first page of *Break it*: what it is, the code of the next mystery, and the mysteries there were."""

from random import Random

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QSpinBox, QVBoxLayout, QWidget

from codegen_desktop.mystery import LAST_CODE
from codegen_desktop.ui import theme
from codegen_desktop.ui.training.breaking.reading import KnownMystery, list_line
from codegen_desktop.ui.widgets.buttons import button, icon_button
from codegen_desktop.ui.widgets.fields import pad_number
from codegen_desktop.ui.widgets.labels import label

_WHAT = (
    "A small model is trained on a pipeline in which one thing may be broken; which one, nobody says. You look at what "
    "was measured and find out. Nothing here becomes the model you write with."
)


class StartPage(QWidget):
    """Tells `train_wished(code)` and `mystery_chosen(run id)`."""

    train_wished = Signal(int)
    mystery_chosen = Signal(int)

    def __init__(self, random: Random) -> None:
        super().__init__()
        self._random = random
        self.code_field = QSpinBox()
        self.dice_button = icon_button("dices", "Another code")
        self.train_button = button("Train this mystery", "play", "primary")
        self._time = label("", "caption", wrap=True)
        self._reason = label("", "error", wrap=True)
        self._earlier_title = label("Earlier mysteries", "strong")
        self.earlier = QListWidget()

        self.code_field.setRange(1, LAST_CODE)
        self.code_field.setAccessibleName("Code")
        pad_number(self.code_field)
        self.earlier.setAccessibleName("Earlier mysteries")
        self.earlier.setSpacing(3)
        self._lay_out()
        self.draw_code()

        self.dice_button.clicked.connect(self.draw_code)
        self.train_button.clicked.connect(lambda: self.train_wished.emit(self.code_field.value()))
        self.earlier.itemActivated.connect(self._on_earlier_item_activated)
        self.earlier.itemClicked.connect(self._on_earlier_item_activated)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        theme.space(row, 0, 8)
        name = label("Code")
        name.setBuddy(self.code_field)
        for part in (name, self.code_field, self.dice_button, self.train_button):
            row.addWidget(part)
        row.addStretch(1)
        swap = "The same code gives the same pipeline on every computer: swap codes with a neighbour and compare."
        layout = QVBoxLayout(self)
        theme.space(layout, 20, 10)
        layout.addWidget(label("Break it", "question"))
        layout.addWidget(label(_WHAT, "body", wrap=True))
        layout.addLayout(row)
        layout.addWidget(self._reason)
        layout.addWidget(self._time)
        layout.addWidget(label(swap, "caption", wrap=True))
        layout.addWidget(self._earlier_title)
        layout.addWidget(self.earlier, 1)
        layout.addStretch(0)

    def draw_code(self) -> None:
        """Choose a code at random."""
        self.code_field.setValue(self._random.randint(1, LAST_CODE))

    def show_reason(self, reason: str) -> None:
        """Why no mystery can be trained now; empty where one can."""
        self._reason.setText(reason)
        self._reason.setVisible(bool(reason))
        self.train_button.setEnabled(not reason)
        self.train_button.setToolTip(reason)

    def show_time(self, words: str) -> None:
        """How long the training will take."""
        self._time.setText(words)

    def show_earlier(self, mysteries: tuple[KnownMystery, ...]) -> None:
        """The mysteries of the Lab, the newest first."""
        self.earlier.clear()
        for known in reversed(mysteries):
            item = QListWidgetItem(list_line(known))
            item.setSizeHint(QSize(0, theme.px(28)))
            item.setData(Qt.ItemDataRole.UserRole, known.mystery.run.id)
            self.earlier.addItem(item)
        self._earlier_title.setVisible(bool(mysteries))
        self.earlier.setVisible(bool(mysteries))

    def _on_earlier_item_activated(self, item: QListWidgetItem) -> None:
        self.mystery_chosen.emit(item.data(Qt.ItemDataRole.UserRole))
