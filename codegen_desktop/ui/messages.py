"""What the program has to tell: `report(error)` makes one message, the store keeps it, a view elsewhere draws it."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from codegen_desktop.errors import UserError
from codegen_desktop.paths import data_dir

Kind = Literal["information", "warn", "error"]

_LOG_NAME = "codegen-desktop.log"


@dataclass(frozen=True, slots=True)
class Action:
    """A button of a message: its words (a verb) and what it does."""

    text: str
    do: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Message:
    """One thing told: what happened, what to do, technical details on demand, and at most two actions."""

    kind: Kind
    what: str
    what_to_do: str = ""
    details: str = ""
    actions: tuple[Action, ...] = ()

    def __post_init__(self) -> None:
        if len(self.actions) > 2:
            raise ValueError("a message has at most two actions")


class Messages(QObject):
    """The store: the message that is shown now, or none. A new one takes the place of the one before."""

    changed = Signal(object)
    """Carries the Message to show, or None when it was put away."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.current: Message | None = None

    def report(self, error: BaseException, actions: tuple[Action, ...] = ()) -> Message:
        """Tell about an error: a UserError in its own words, anything else as a fault of the program, logged."""
        message = message_of(error, actions)
        logger = logging.getLogger("codegen_desktop")
        if isinstance(error, UserError):
            logger.info("told: %s", error)
        else:
            logger.error("unexpected: %r", error, exc_info=error)
        self._show(message)
        return message

    def say(
        self, what: str, what_to_do: str = "", *, kind: Kind = "information", actions: tuple[Action, ...] = ()
    ) -> Message:
        """Tell something that is not an error."""
        message = Message(kind, what, what_to_do, "", actions)
        logging.getLogger("codegen_desktop").info("told: %s %s", what, what_to_do)
        self._show(message)
        return message

    def dismiss(self, message: Message | None = None) -> None:
        """Put the current message away; with `message` only if that one is still shown."""
        if self.current is None or (message is not None and message is not self.current):
            return
        self._show(None)

    def _show(self, message: Message | None) -> None:
        self.current = message
        self.changed.emit(message)


def message_of(error: BaseException, actions: tuple[Action, ...] = ()) -> Message:
    """The message that tells about an error."""
    if isinstance(error, UserError):
        cause = error.__cause__
        return Message("error", error.what, error.what_to_do, repr(cause) if cause is not None else "", actions)
    if isinstance(error, MemoryError):
        return Message(
            "error",
            "Memory ran out. Everything saved before still holds.",
            "Close other programs, or choose a smaller preset.",
            _trace(error),
            actions,
        )
    return Message(
        "error",
        f"Something went wrong inside the program ({type(error).__name__}). Everything saved before still holds.",
        "Try again; the details are in the log.",
        _trace(error),
        actions,
    )


def start_log() -> Path:
    """Write the program's log into the data folder (three files of 1 MB at most); returns the file's path."""
    folder = data_dir() / "logs"
    folder.mkdir(exist_ok=True)
    path = folder / _LOG_NAME
    logger = logging.getLogger("codegen_desktop")
    stop_log()
    handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return path


def stop_log() -> None:
    """Close the log file."""
    logger = logging.getLogger("codegen_desktop")
    for handler in [one for one in logger.handlers if isinstance(one, RotatingFileHandler)]:
        logger.removeHandler(handler)
        handler.close()


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
