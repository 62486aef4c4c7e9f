"""*Same five prompts*: a slider through the epochs, the five completions of one as code, and how many do how well."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSlider, QStackedWidget, QVBoxLayout, QWidget

from codegen_desktop.generation.fixed_prompts import PromptCompletion, PromptsCompleted
from codegen_desktop.ui import theme
from codegen_desktop.ui.training.code_entry import CodeEntries, CodeEntry, Mark
from codegen_desktop.ui.training.inside.small_plot import Curve, SmallPlot
from codegen_desktop.ui.training.prompt_table import PromptTable
from codegen_desktop.ui.widgets.labels import label


class PromptView(QWidget):
    """One epoch as code beside the rates of all; the twin is the table of all epochs side by side."""

    table_shown = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._columns: tuple[PromptsCompleted, ...] = ()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self._where = label("", "strong")
        self._sentence = label("", "secondary", wrap=True, selectable=True)
        self.code = CodeEntries("The five prompts as one epoch completed them")
        self._key = label("", "caption")
        self._rates = QVBoxLayout()
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._narrow = False
        self.table = PromptTable()
        self._pages = QStackedWidget()

        self._lay_out()
        self.slider.valueChanged.connect(lambda _: self._show())

    def _lay_out(self) -> None:
        self.slider.setAccessibleName("Epoch whose completions are shown")
        self.slider.setPageStep(1)
        theme.size(self.slider, minimum_width=90)
        head = QHBoxLayout()
        theme.space(head, (14, 0, 14, 0), 10)
        head.addWidget(self._where)
        head.addWidget(self.slider, 1)
        words = QHBoxLayout()
        theme.space(words, (14, 0, 14, 2), 0)
        words.addWidget(self._sentence)
        theme.space(self._rates, (4, 4, 10, 6), 2)
        self._rates.addWidget(self._key)
        theme.size(self._sentence, minimum_height=16)
        theme.space(self._body, 0, 6)
        self._body.addWidget(self.code, 2)
        self._body.addLayout(self._rates, 1)
        picture = QWidget()
        column = QVBoxLayout(picture)
        theme.space(column, 0, 2)
        column.addLayout(head)
        column.addLayout(words)
        column.addLayout(self._body, 1)
        self._pages.addWidget(picture)
        self._pages.addWidget(self.table)
        whole = QVBoxLayout(self)
        theme.space(whole, 0, 0)
        whole.addWidget(self._pages)

    @cached_property
    def plot(self) -> SmallPlot:
        """The rates over epochs; built when there is something to draw, for a plot takes its time."""
        made = SmallPlot("Valid and passing completions over epochs", shares=True)
        made.hide_head()
        self._rates.addWidget(made, 1)
        theme.size(made, **_plot_size(self._narrow))
        return made

    def set_narrow(self, narrow: bool) -> None:
        """In a narrow window the plot stands below the code."""
        self._narrow = narrow
        self._body.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        if self._columns:
            theme.size(self.plot, **_plot_size(narrow))

    @property
    def sentence(self) -> str:
        """What is said of the epoch that is shown."""
        return self._sentence.text()

    @property
    def shown(self) -> PromptsCompleted | None:
        """The epoch that is shown; None before the first."""
        place = self.slider.value()
        return self._columns[place] if 0 <= place < len(self._columns) else None

    @property
    def shows_table(self) -> bool:
        """Whether all epochs stand side by side."""
        return self._pages.currentIndex() == 1

    def set_columns(self, columns: Sequence[PromptsCompleted]) -> None:
        """Show the completions of these epochs; the slider follows the newest unless it was moved away from it."""
        if tuple(columns) == self._columns:
            return
        follows = self.slider.value() >= len(self._columns) - 1
        self._columns = tuple(columns)
        self.table.set_columns(self._columns)
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(0, len(self._columns) - 1))
        if follows:
            self.slider.setValue(self.slider.maximum())
        self.slider.blockSignals(False)
        self.slider.setEnabled(len(self._columns) > 1)
        self._show()

    def show_table(self, shown: bool) -> None:
        """Show all epochs side by side, or one as code again."""
        self._pages.setCurrentIndex(int(shown))
        self.table_shown.emit(shown)

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """The lines take their colours from the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_pages"):
            self._draw_rates()

    def _show(self) -> None:
        shown = self.shown
        if shown is None:
            self._where.setText("")
            self._sentence.setText("")
            self.code.show_entries(())
        else:
            self._where.setText(f"After epoch {shown.epoch}" if shown.epoch else "Untrained")
            self._sentence.setText(prompts_reading(shown))
            self.code.show_entries([_entry(completion) for completion in shown.completions])
            self.slider.setAccessibleDescription(f"{self._where.text()}: {prompts_reading(shown)}")
        self._draw_rates()

    def _draw_rates(self) -> None:
        if not self._columns:
            return
        colours = theme.colours()
        valid = [(one.epoch, share) for one in self._columns if (share := valid_share(one)) is not None]
        passing = [(one.epoch, share) for one in self._columns if (share := passing_share(one)) is not None]
        curves = [
            Curve(
                np.array([x for x, _ in points], np.float64),
                np.array([y for _, y in points], np.float64),
                pen,
                dots=True,
            )
            for points, pen in ((valid, colours.train), (passing, colours.test))
            if points
        ]
        self.plot.show_curves(curves, max(one.epoch for one in self._columns))
        keys = f'<span style="color:{colours.train.ink}">━ valid Python</span>'
        if passing:
            keys += f'  <span style="color:{colours.test.ink}">╍ passes tests</span>'
        self._key.setText(keys)
        shown = self.shown
        self.plot.setAccessibleDescription(prompts_reading(shown) if shown is not None else "")


def _plot_size(narrow: bool) -> dict[str, int]:
    return {"maximum_width": 2400 if narrow else 220, "minimum_height": 96 if narrow else 56}


def valid_share(completed: PromptsCompleted) -> float | None:
    """The share of the completions that are valid Python; None where there is none."""
    done = completed.completions
    return sum(one.parses for one in done) / len(done) if done else None


def passing_share(completed: PromptsCompleted) -> float | None:
    """The share of the tested completions that pass all their tests; None where none was tested."""
    tested = [one for one in completed.completions if one.passes is not None]
    return sum(one.passes is True for one in tested) / len(tested) if tested else None


def prompts_reading(completed: PromptsCompleted) -> str:
    """How the five prompts did after an epoch, the seen and the unseen ones apart."""
    done = completed.completions
    sentence = f"Valid Python: {sum(one.parses for one in done)} of {len(done)}."
    tested = [one for one in done if one.passes is not None]
    if not tested:
        untested = any(one.tests for one in done)
        return f"{sentence} {'Their tests could not be run safely here.' if untested else 'None of them has tests.'}"
    parts = []
    for seen, words in ((True, "seen"), (False, "unseen")):
        these = [one for one in tested if one.seen is seen]
        if these:
            parts.append(f"{sum(one.passes is True for one in these)} of {len(these)} {words}")
    return f"{sentence} Tests passed by {' and '.join(parts)} instructions."


def _entry(completion: PromptCompletion) -> CodeEntry:
    valid = Mark("check", "ok", "valid Python") if completion.parses else Mark("x", "error", "not valid Python")
    return CodeEntry(
        _origin(completion),
        completion.prompt + completion.text,
        (valid, _tested(completion)),
        sunken=len(completion.prompt),
    )


def _origin(completion: PromptCompletion) -> str:
    if completion.seen:
        return "Seen in training"
    return "Not seen" if completion.tests or completion.prompt.startswith("#") else "The brief's"


def _tested(completion: PromptCompletion) -> Mark:
    if not completion.tests:
        return Mark("", "", "no tests")
    if completion.passes is None:
        return Mark("", "", "tests not run: no safe place for it here")
    if completion.passes:
        return Mark("check", "ok", f"passes its {completion.tests} tests")
    return Mark("x", "error", "fails its tests")
