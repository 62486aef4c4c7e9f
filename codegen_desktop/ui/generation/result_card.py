"""The card *Result*: is it Python, does it pass the tests, what was copied, and what comes out when it runs."""

import ast
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from codegen_desktop.generation.report import Sample
from codegen_desktop.generation.sandbox import Outcome
from codegen_desktop.generation.syntax import first_function
from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.labels import label
from codegen_desktop.ui.widgets.segmented import Segmented

COPY_WORTH_SAYING = 8
"""A shared run of at least this many tokens is marked in warn; shorter ones are how Python looks."""

_VERDICT_WORDS = {
    "time": "Stopped: the code did not finish in time. Your files were not touched.",
    "memory": "Stopped: the code asked for too much memory.",
    "output": "Stopped: the code printed too much.",
    "refused": "Not started: it does not parse or is too large.",
}


class _VerdictRow:
    """An icon, a strong word and an explanation, in one row of the grid."""

    def __init__(self, grid: QGridLayout, row: int) -> None:
        self.icon = QLabel()
        self.verdict = label("", "strong")
        self.explanation = label("", "secondary", wrap=True, selectable=True)
        self.explanation.setTextFormat(Qt.TextFormat.RichText)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.icon, row, 0, top)
        grid.addWidget(self.verdict, row, 1, top)
        grid.addWidget(self.explanation, row, 2, top)

    def say(self, icon: str, role: str, verdict: str, explanation: str) -> None:
        """Show a finding."""
        icons.set_icon(self.icon, icon, role, 16)
        self.verdict.setText(verdict)
        self.explanation.setText(escape(explanation))
        for part in (self.icon, self.verdict, self.explanation):
            part.setVisible(bool(verdict))


class ResultCard(Card):
    """Shows one checked completion, and asks for runs in the sandbox."""

    run_wished = Signal(str)

    def __init__(self) -> None:
        super().__init__("Result", margins=False)
        self._compact = self._busy = False
        self._run_button = button("Run in sandbox", "play", "small")
        self._call_field = QLineEdit()
        self._call_problem = label("", "error", wrap=True)
        self._facts = label("", "caption")
        self._output = QPlainTextEdit()
        grid = QGridLayout()
        self._rows = tuple(_VerdictRow(grid, place) for place in range(3))
        self._waiting = label("", "secondary", wrap=True)

        self._switch = Segmented("Result or output", ("Result", "Output"))
        self.header.insertWidget(0, self._switch)
        self.header.addWidget(self._run_button)
        theme.space(grid, (14, 2, 14, 8), 8)
        grid.setColumnStretch(2, 1)
        grid.addWidget(self._waiting, 3, 0, 1, 3)
        grid.setRowStretch(4, 1)
        self._findings = _scrolling(grid)
        self._output_area = self._make_output()
        self.body.addWidget(self._findings, 3)
        self.body.addWidget(self._output_area, 2)
        self._run_button.setToolTip("Runs the code of the editor in a locked process (Ctrl+Return)")
        self._call_field.setPlaceholderText("a call, such as f(3, 4)")
        self._call_field.setAccessibleName("Call to evaluate")
        self._output.setAccessibleName("Sandbox output")

        self._run_button.clicked.connect(self._on_run_button_clicked)
        self._call_field.returnPressed.connect(self._on_run_button_clicked)
        self._switch.chosen.connect(lambda _place: self.set_compact(self._compact))
        self.set_compact(False)
        self.clear()

    def _make_output(self) -> QWidget:
        area = QFrame()
        area.setProperty("class", "strip")
        column = QVBoxLayout(area)
        theme.space(column, (14, 8, 14, 8), 4)
        head = QHBoxLayout()
        theme.space(head, 0, 8)
        head.addWidget(label("Sandbox output", "caption"))
        head.addStretch(1)
        head.addWidget(self._facts)
        call = QHBoxLayout()
        theme.space(call, 0, 6)
        call.addWidget(label(">>>", "code"))
        call.addWidget(self._call_field, 1)
        column.addLayout(head)
        column.addLayout(call)
        column.addWidget(self._call_problem)
        column.addWidget(self._output, 1)
        self._call_field.setFont(theme.font(13, mono=True))
        self._output.setReadOnly(True)
        self._output.setProperty("class", "code")
        self._output.setMinimumHeight(theme.px(24))
        self._output.document().setDocumentMargin(0)
        self._call_problem.hide()
        return area

    def set_compact(self, compact: bool) -> None:
        """In a small window findings and output are two pages of one switch."""
        self._compact = compact
        self.set_title("" if compact else "Result")
        self.set_busy(self._busy)
        self._switch.setVisible(compact)
        self._findings.setVisible(not compact or self._switch.index == 0)
        self._output_area.setVisible(not compact or self._switch.index == 1)

    @property
    def run_button(self) -> QWidget:
        """The button that runs the code."""
        return self._run_button

    @property
    def call(self) -> str:
        """The call that is to be evaluated."""
        return self._call_field.text().strip()

    @property
    def output(self) -> str:
        """What the sandbox showed."""
        return self._output.toPlainText()

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The findings in words, for tests and the screen reader."""
        return tuple(row.verdict.text() for row in self._rows if row.verdict.text())

    def set_call(self, call: str) -> None:
        """Offer a call."""
        self._call_field.setText(call)

    def set_busy(self, busy: bool) -> None:
        """While the sandbox works."""
        self._busy = busy
        self._run_button.setEnabled(not busy)
        self._run_button.setText("Running…" if busy else "Run" if self._compact else "Run in sandbox")

    def clear(self) -> None:
        """Nothing is known about this text."""
        for row in self._rows:
            row.say("circle", "text3", "", "")
        self._waiting.setText("Nothing written yet. Complete a prompt to see what it is worth.")
        self._waiting.show()

    @property
    def waiting(self) -> str:
        """What stands in place of the findings; empty once there are some."""
        return self._waiting.text() if self._waiting.isVisibleTo(self) else ""

    def await_findings(self) -> None:
        """A completion is being checked."""
        self.clear()
        self._waiting.setText("Checking what was written…")

    def show_sample(self, sample: Sample) -> None:
        """The three findings about a completion."""
        self._waiting.hide()
        self._switch.choose(0)
        syntax, tests, copied = self._rows
        lines = sample.completion.code.rstrip("\n").count("\n") + 1
        if sample.problem is None:
            syntax.say("circle-check", "ok", "Valid Python", f"parses from line 1 to {lines}")
        else:
            syntax.say("octagon-x", "error", "Does not parse", str(sample.problem))
        self._show_tests(tests, sample)
        self._show_copied(copied, sample)
        self.setAccessibleDescription(". ".join(self.verdicts))

    def _show_tests(self, row: _VerdictRow, sample: Sample) -> None:
        if sample.grade is not None:
            grade, asked = sample.grade, sample.prompt.strip().lstrip("# ")
            good = grade.all_passed
            why = f"from the task “{asked}”" if good else grade.reason or ""
            row.say(
                "circle-check" if good else "octagon-x",
                "ok" if good else "error",
                f"{grade.passed} of {grade.of} tests",
                why,
            )
        elif sample.ungraded:
            row.say("circle-slash", "text2", "Tests not run", sample.ungraded)
        else:
            row.say("circle-slash", "text2", "No tests", "only known instructions have them; run it yourself")

    def _show_copied(self, row: _VerdictRow, sample: Sample) -> None:
        found = sample.copied
        if found is None:
            row.say("info", "text2", "", "")
            return
        origin = found.snippet.origin
        words = f"same as {origin.source}: {origin.path}, line {origin.first_line} · {found.snippet.licence}"
        much = found.tokens >= COPY_WORTH_SAYING
        row.say("copy" if much else "info", "warn" if much else "text2", f"{found.tokens} tokens copied", words)

    def show_outcome(self, call: str, outcome: Outcome) -> None:
        """What came out of a run: the value, what was printed, or why it ended."""
        lines = [outcome.stdout.rstrip("\n")] if outcome.stdout else []
        if outcome.verdict == "unavailable":
            lines = [f"Not run: {outcome.exception}"]
        elif outcome.verdict in _VERDICT_WORDS:
            lines += [_VERDICT_WORDS[outcome.verdict], outcome.exception or ""]
        elif outcome.verdict == "error":
            lines.append(outcome.exception or "It failed.")
        elif call:
            value = outcome.values[0] if outcome.values else None
            lines.append(value if value is not None else "None")
        elif not lines:
            lines.append("Ran to its end without printing anything.")
        self._output.setPlainText("\n".join(line for line in lines if line))
        self._switch.choose(1)
        memory = f"{outcome.peak_memory / 2**20:.0f} MB · " if outcome.peak_memory else ""
        ran = outcome.verdict not in ("unavailable", "refused")
        self._facts.setText(f"{outcome.seconds:.2f} s · {memory}no files, no network" if ran else "")
        self._facts.setToolTip(f"Protection: {outcome.protection}")

    def _on_run_button_clicked(self) -> None:
        problem = call_problem(self.call)
        self._call_problem.setText(problem)
        self._call_problem.setVisible(bool(problem))
        if not problem:
            self.run_wished.emit(self.call)


def _scrolling(grid: QGridLayout) -> QScrollArea:
    """A grid that scrolls where it does not fit, so that no finding is cut."""
    inside = QWidget()
    inside.setLayout(grid)
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    inside.setAutoFillBackground(False)
    return area


def call_problem(call: str) -> str:
    """Why some text cannot be evaluated as a call; empty where it can, or where there is none."""
    if not call:
        return ""
    try:
        ast.parse(call, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "This is not an expression. Write a call such as f(3, 4)."
    return ""


def suggested_call(sample: Sample, arguments: str) -> str:
    """A call of the function that was written, with the arguments of its first test; empty where it has none."""
    if sample.problem is not None:
        return ""
    name = first_function(ast.parse(sample.completion.code))
    return f"{name}({arguments})" if name else ""
