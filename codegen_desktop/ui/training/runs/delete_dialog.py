"""The question before a run is deleted: what is lost with it, and how much room that gives."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from codegen_desktop.model.run_space import RunSpace
from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.labels import label


class DeleteDialog(QDialog):
    """Escape and Enter keep the run. Deletes itself when it is closed."""

    delete_wished = Signal()

    def __init__(self, name: str, space: RunSpace, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Delete a run")
        self.sentence = label(what_is_lost(space), "reading", wrap=True, selectable=True)
        self.delete_button = button(f"Delete {name}")
        self.keep_button = button("Keep it")

        layout = QVBoxLayout(self)
        theme.space(layout, 20, 14)
        question = label(f"Delete {name}?", "question", wrap=True)
        question.setMinimumWidth(theme.px(420))
        layout.addWidget(question)
        layout.addWidget(self.sentence)
        row = QHBoxLayout()
        theme.space(row, 0, 8)
        row.addStretch(1)
        row.addWidget(self.delete_button)
        row.addWidget(self.keep_button)
        layout.addLayout(row)
        self.setAccessibleDescription(self.sentence.text())

        self.delete_button.clicked.connect(self._on_delete_button_clicked)
        self.keep_button.clicked.connect(self.reject)
        self.keep_button.setDefault(True)
        self.keep_button.setFocus()

    def _on_delete_button_clicked(self) -> None:
        self.accept()
        self.delete_wished.emit()


def what_is_lost(space: RunSpace) -> str:
    """What deleting a run costs and frees, in words."""
    models = f"{space.models} saved {'model' if space.models == 1 else 'models'}"
    answers = f", {space.evaluations} {'evaluation' if space.evaluations == 1 else 'evaluations'}"
    return (
        f"Its curve ({space.steps:,} steps), {models}{answers if space.evaluations else ''} and what it wrote are "
        f"lost; this cannot be undone. {megabytes(space.bytes)} of the lab file become free."
    )


def megabytes(count: int) -> str:
    """Bytes as a person reads them."""
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{count / 1e3:,.0f} kB"
