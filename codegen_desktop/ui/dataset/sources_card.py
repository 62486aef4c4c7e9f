"""Where the snippets come from: two corpora that are always there, or a folder or file of one's own."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.dataset.ledger import scrolling
from codegen_desktop.ui.dataset.source_row import DropBox, SourceChoice, SourceRow
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.labels import line

STARTER = SourceChoice(
    "starter",
    "Starter snippets",
    "An instruction and a small tested function, written by a grammar.",
    "MIT",
    "10,000",
    "package",
)
STDLIB = SourceChoice(
    "stdlib",
    "Standard library",
    "Up to 10,000 real functions of this PC's Python, without tests.",
    "PSF-2.0, others",
    "",
    "library",
)
OWN_CODE = SourceChoice(
    "own", "Your own code", "A folder of Python files, one .py file, or a .jsonl file.", "", "", "folder"
)


class SourcesCard(Card):
    """Radio cards, one of them chosen. `chosen_changed` carries the name or path to read, empty for no own path yet."""

    chosen_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__("Sources", margins=False)
        self._path = ""
        self._group = QButtonGroup(self)
        self._rows = {one.name: SourceRow(one, self._group) for one in (STARTER, STDLIB, OWN_CODE)}
        self._own = self._rows[OWN_CODE.name]
        self._drop_box = DropBox()

        content = QWidget()
        column = QVBoxLayout(content)
        theme.space(column, 0, 0)
        for row in self._rows.values():
            column.addWidget(line())
            column.addWidget(row)
        holder = QVBoxLayout()
        theme.space(holder, (14, 2, 14, 10), 0)
        holder.addWidget(self._drop_box)
        column.addLayout(holder)
        self.body.addWidget(scrolling(content))
        self._rows[STARTER.name].choose()

        self._group.buttonClicked.connect(self._on_group_clicked)
        self._drop_box.path_chosen.connect(self.choose_path)

    @property
    def chosen(self) -> str:
        """What `open_corpus` shall read: a built-in name or a path; empty while no own path is chosen."""
        name = self._chosen_row()
        return self._path if name == OWN_CODE.name else name

    @property
    def chosen_title(self) -> str:
        """The chosen source in words."""
        name = self._chosen_row()
        return Path(self._path).name if name == OWN_CODE.name and self._path else self._rows[name].title

    def follow(self, name: str) -> None:
        """Choose what a dataset was read from, without telling it as a wish; an unknown path changes nothing."""
        if name in self._rows and name != OWN_CODE.name:
            self._rows[name].choose()

    def choose(self, name: str) -> None:
        """Choose a built-in corpus."""
        self._rows[name].choose()
        self.chosen_changed.emit(self.chosen)

    def choose_path(self, path: str) -> None:
        """Choose a folder or file of one's own."""
        self._path = path
        self._own.set_sentence(str(Path(path)))
        self._own.set_amount("")
        self._own.choose()
        self.chosen_changed.emit(path)

    def show_count(self, name: str, count: int) -> None:
        """Write the number of snippets that were read beside a source; `name` may be a path."""
        self._rows.get(name, self._own).set_amount(f"{count:,}")

    def knows(self, name: str) -> bool:
        """Whether a name is a built-in corpus."""
        return name in (STARTER.name, STDLIB.name)

    def row(self, name: str) -> SourceRow:
        """The row of a built-in corpus, or of `own`."""
        return self._rows[name]

    def open_chooser(self) -> None:
        """Ask for a folder."""
        self._drop_box.choose_folder()

    def set_drop_target(self, name: str) -> None:
        """While something is dragged over the window, say what would be read; empty ends that."""
        self._drop_box.set_target(name)

    def _chosen_row(self) -> str:
        return next((name for name, row in self._rows.items() if row.is_chosen), STARTER.name)

    def _on_group_clicked(self) -> None:
        if self._own.is_chosen and not self._path:
            self._drop_box.setFocus()
        self.chosen_changed.emit(self.chosen)
