"""Draws the current message under the pipeline bar: what happened, what to do, at most two buttons, close."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.messages import Action, Kind, Message, Messages
from codegen_desktop.ui.widgets.buttons import button, icon_button
from codegen_desktop.ui.widgets.labels import icon_label, label

_ICONS: dict[Kind, tuple[str, str]] = {
    "information": ("info", "accent"),
    "warn": ("triangle-alert", "warn"),
    "error": ("octagon-x", "error"),
}


class Banner(QWidget):
    """A view of the message store; hidden while nothing is told. It never takes the focus."""

    def __init__(self, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._frame = QFrame()
        self._icon = icon_label("info", "accent", 18)
        self._text = label("", selectable=True, wrap=True)
        self._details_button = button("Details", kind="quiet")
        self._copy_button = button("Copy", "copy", "quiet")
        self._close_button = icon_button("x", "Close this message")
        self._details = QPlainTextEdit()
        self._actions: list[QPushButton] = []

        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._details.setReadOnly(True)
        self._details.setProperty("class", "code")
        self._details.setAccessibleName("Details of the message")
        theme.size(self._details, height=140)
        self._row = QHBoxLayout()
        theme.space(self._row, 0, 8)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._text, 1)
        for part in (self._details_button, self._copy_button, self._close_button):
            self._row.addWidget(part)
        inside = QVBoxLayout(self._frame)
        theme.space(inside, (14, 6, 8, 6), 6)
        inside.addLayout(self._row)
        inside.addWidget(self._details)
        layout = QVBoxLayout(self)
        theme.space(layout, (16, 10, 16, 0), 0)
        layout.addWidget(self._frame)

        self._details_button.clicked.connect(self._on_details_button_clicked)
        self._copy_button.clicked.connect(self._on_copy_button_clicked)
        self._close_button.clicked.connect(lambda: self._messages.dismiss())
        messages.changed.connect(self.show_message)
        self.show_message(messages.current)

    @property
    def text(self) -> str:
        """The message as it is shown, in rich text."""
        return self._text.text() if self._messages.current is not None else ""

    def show_message(self, message: Message | None) -> None:
        """Draw a message, or hide."""
        self.setVisible(message is not None)
        for made in self._actions:
            self._row.removeWidget(made)
            made.deleteLater()
        self._actions = []
        if message is None:
            return
        theme.set_class(self._frame, f"banner-{message.kind}")
        icons.set_icon(self._icon, *_ICONS[message.kind], 18)
        self._text.setText(f'<span style="font-weight:600">{escape(message.what)}</span> {escape(message.what_to_do)}')
        self._details.setPlainText(message.details)
        self._details.hide()
        for part in (self._details_button, self._copy_button):
            part.setVisible(bool(message.details))
        for place, action in enumerate(message.actions):
            self._add_action(place, action)
        self._announce(message)

    def _add_action(self, place: int, action: Action) -> None:
        made = button(action.text, kind="small")
        made.clicked.connect(lambda *_: self._on_action_clicked(action))
        self._row.insertWidget(2 + place, made)
        self._actions.append(made)

    def _announce(self, message: Message) -> None:
        event = QAccessibleAnnouncementEvent(self, f"{message.what} {message.what_to_do}".strip())
        if message.kind == "error":
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)

    def _on_action_clicked(self, action: Action) -> None:
        self._messages.dismiss()
        action.do()

    def _on_details_button_clicked(self) -> None:
        self._details.setVisible(self._details.isHidden())

    def _on_copy_button_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._details.toPlainText())
