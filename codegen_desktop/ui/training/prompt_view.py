"""*Same five prompts*: a slider through the epochs, the five completions of one as code, and how many do how well."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QStackedWidget, QVBoxLayout, QWidget

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
        self.plot = SmallPlot("Valid and passing completions over epochs", shares=True)
        self._key = label("", "caption")
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
        words, right, body = QHBoxLayout(), QVBoxLayout(), QHBoxLayout()
        theme.space(words, (14, 0, 14, 2), 0)
        words.addWidget(self._sentence)
        theme.space(right, (0, 4, 10, 6), 2)
        self.plot.hide_head()
        right.addWidget(self._key)
        right.addWidget(self.plot, 1)
        theme.size(self.plot, maximum_width=220)
        theme.size(self._sentence, minimum_height=16)
        theme.space(body, 0, 6)
        body.addWidget(self.code, 2)
        body.addLayout(right, 1)
        picture = QWidget()
        column = QVBoxLayout(picture)
        theme.space(column, 0, 2)
        column.addLayout(head)
        column.addLayout(words)
        column.addLayout(body, 1)
        self._pages.addWidget(picture)
        self._pages.addWidget(self.table)
        whole = QVBoxLayout(self)
        theme.space(whole, 0, 0)
        whole.addWidget(self._pages)

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
        last = max((one.epoch for one in self._columns), default=1)
        self.plot.show_curves(curves, last)
        keys = f'<span style="color:{colours.train.ink}">━ valid Python</span>'
        if passing:
            keys += f'  <span style="color:{colours.test.ink}">╍ passes tests</span>'
        self._key.setText(keys)
        shown = self.shown
        self.plot.setAccessibleDescription(prompts_reading(shown) if shown is not None else "")


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
        return "From the learning part"
    return "From the test part" if completion.tests or completion.prompt.startswith("#") else "The brief's"


def _tested(completion: PromptCompletion) -> Mark:
    if not completion.tests:
        return Mark("", "", "no tests")
    if completion.passes is None:
        return Mark("", "", "tests not run: no safe place for it here")
    if completion.passes:
        return Mark("check", "ok", f"passes its {completion.tests} tests")
    return Mark("x", "error", "fails its tests")
