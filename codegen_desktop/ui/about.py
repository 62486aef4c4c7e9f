"""The About window: versions, where work and log are kept, and the licences of everything that is shipped."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from codegen_desktop.paths import data_dir, resource
from codegen_desktop.ui import theme
from codegen_desktop.ui.versions import version_lines
from codegen_desktop.ui.widgets.labels import label


def show(parent: QWidget) -> QDialog:
    """Open the window beside the others; it does not stop them."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("About Codegen Desktop")
    texts = {path.stem: path for path in sorted(resource("licences").glob("*.txt"))}
    choice, text = QComboBox(), QPlainTextEdit()

    choice.setAccessibleName("Licence of")
    choice.addItems(list(texts))
    text.setReadOnly(True)
    text.setAccessibleName("Licence text")
    layout = QVBoxLayout(dialog)
    theme.space(layout, 20, 10)
    layout.addWidget(label("Codegen Desktop", "question"))
    layout.addWidget(label("Train a small model that writes Python, on this PC.", "secondary"))
    layout.addWidget(label("\n".join(version_lines()), "code", selectable=True))
    layout.addWidget(label(f"Work, settings and log: {data_dir()}", "caption", selectable=True, wrap=True))
    layout.addWidget(choice)
    layout.addWidget(text, 1)

    choice.currentTextChanged.connect(lambda name: text.setPlainText(texts[name].read_text(encoding="utf-8")))
    choice.setCurrentText("codegen-desktop")
    text.setPlainText(texts[choice.currentText()].read_text(encoding="utf-8"))
    dialog.resize(theme.px(640), theme.px(520))
    dialog.open()
    return dialog
