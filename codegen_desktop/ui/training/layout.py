"""How the Training tab's parts stand: four cards beside the figure in a wide window, one switch in a small one."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from codegen_desktop.generation.fixed_prompts import PromptsCompleted
from codegen_desktop.model.runs import Run
from codegen_desktop.ui import theme
from codegen_desktop.ui.fit import Fit
from codegen_desktop.ui.training.epoch_table import EpochTable
from codegen_desktop.ui.training.figure import Figure
from codegen_desktop.ui.training.inside.panel import InsidePanel
from codegen_desktop.ui.training.prompt_view import PromptView
from codegen_desktop.ui.training.recipe import Recipe
from codegen_desktop.ui.training.runs.run_list import RunList
from codegen_desktop.ui.training.transport import Transport
from codegen_desktop.ui.widgets.buttons import button, icon_button
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.empty_state import EmptyState
from codegen_desktop.ui.widgets.labels import label
from codegen_desktop.ui.widgets.page import PageColumn
from codegen_desktop.ui.widgets.segmented import Segmented
from codegen_desktop.ui.widgets.splitter import splitter

EPOCHS, PROMPTS, INSIDE, MODEL, RUNS = range(5)
"""The contents, in the order of the switch of a small window; in a wide one prompts and inside share a card."""


class TrainingLayout:
    """The parts by name, and where they stand."""

    def __init__(self, page: QWidget) -> None:
        self.page = page
        self.transport = Transport()
        self.figure = Figure()
        self.epoch_table = EpochTable()
        self.prompts = PromptView()
        self.prompt_table = self.prompts.table
        self.inside = InsidePanel()
        self.recipe = Recipe()
        self.run_list = RunList()
        self.change_button = button("Change", "pencil", "quiet", tooltip="Make your own recipe from this one")
        self.continue_button = button("Continue", "play", "quiet")
        self.compare_button = button("Compare", "git-compare", "quiet")
        self.break_button = button("Break it", "search", "quiet", tooltip="Find out what is wrong with a pipeline")
        self._prompts = QStackedWidget()
        self._runs = QStackedWidget()
        self.switch = Segmented("Shown below the plots", ("Epochs", "Prompts", "Inside", "Model", "Runs"))
        self.right_switch = Segmented("Shown beside the epochs", ("Prompts", "Inside"))
        self._right = QStackedWidget()
        self._measured_on = label("", "caption")
        self._fit = Fit.WIDE

        self._fill_stacks()
        self._make_cards()
        self._lay_out(page)
        self.switch.chosen.connect(self._on_switch_chosen)
        self.right_switch.chosen.connect(self._on_right_switch_chosen)
        self.side_by_side_button.toggled.connect(self.prompts.show_table)
        self.prompts.table_shown.connect(self._on_prompts_table_shown)
        self.prompt_table.moved.connect(self._on_prompt_table_moved)
        self.earlier_button.clicked.connect(lambda: self.prompt_table.move_by(-1))
        self.later_button.clicked.connect(lambda: self.prompt_table.move_by(1))
        self._on_prompt_table_moved()

    def _fill_stacks(self) -> None:
        waiting = EmptyState("list", "Nothing written yet", "After every epoch the model completes the same prompts.")
        none = EmptyState("activity", "No run yet", "Every training is kept here with its curve and its model.")
        self._prompts.addWidget(waiting)
        self._prompts.addWidget(self.prompts)
        self._runs.addWidget(none)
        self._runs.addWidget(self.run_list)
        self._runs_place = QWidget()
        column = QVBoxLayout(self._runs_place)
        theme.space(column, 0, 0)
        column.addWidget(self._runs, 1)
        column.addWidget(self.break_button, 0, Qt.AlignmentFlag.AlignLeft)

    def _make_cards(self) -> None:
        self._contents: tuple[QWidget, ...] = (
            self.epoch_table,
            self._prompts,
            self.inside,
            self.recipe,
            self._runs_place,
        )
        self._cards = {
            EPOCHS: Card("Epoch by epoch", margins=False),
            PROMPTS: Card(margins=False),
            MODEL: Card("Model and recipe", margins=False),
            RUNS: Card("Runs", margins=False),
        }
        self._epochs_note = label("", "caption")
        self._cards[EPOCHS].header.insertWidget(2, self._epochs_note)
        right = self._cards[PROMPTS]
        right.header.insertWidget(0, self.right_switch)
        right.body.addWidget(self._right)
        right.setAccessibleName("Prompts and instruments")
        self._prompts_title = label("Same five prompts, after every epoch", "caption")
        right.header.insertWidget(1, self._prompts_title)
        self.earlier_button = icon_button("step-back", "Earlier epochs")
        self.later_button = icon_button("step-forward", "Later epochs")
        self.side_by_side_button = icon_button("table-2", "Show all epochs side by side", checkable=True)
        for made in (self.earlier_button, self.later_button, self.side_by_side_button):
            right.add_header_widget(made)
        self._folded = Card(margins=False)
        self._folded.header.insertWidget(0, self.switch)
        self._folded.add_header_widget(self._measured_on)
        self._folded_stack = QStackedWidget()
        self._narrow_row = QHBoxLayout()  # where a header has no room for more than the switch
        theme.space(self._narrow_row, (10, 0, 10, 4), 8)
        self._narrow_row.addStretch(1)
        self._folded.body.addLayout(self._narrow_row)
        self._folded.body.addWidget(self._folded_stack)

    def _lay_out(self, page: QWidget) -> None:
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self._bottom = splitter(horizontal, self._cards[EPOCHS], self._cards[PROMPTS], self._folded)
        self._bottom.setSizes([550, 550, 1100])
        self._bottom.setStretchFactor(0, 100)
        self._bottom.setStretchFactor(1, 100)
        self._middle = splitter(vertical, self.figure, self._bottom)
        self._middle.setSizes([366, 324])
        self._side = splitter(vertical, self._cards[MODEL], self._cards[RUNS])
        self._side.setSizes([310, 380])
        self._columns = splitter(horizontal, self._middle, self._side)
        self._columns.setSizes([1120, 272])
        self._columns.setStretchFactor(0, 1)
        theme.size(self._side, minimum_width=232, maximum_width=360)
        self._page = PageColumn(page, self.transport, self._columns)

    def set_fit(self, fit: Fit) -> None:
        """Fold the four cards into one with a switch, or give each its place."""
        self._fit, compact = fit, fit is not Fit.WIDE
        focus = QApplication.focusWidget()
        held = focus is not None and self.page.isAncestorOf(focus)
        self._page.set_fit(fit)
        for place, content in enumerate(self._contents):
            if compact:
                self._folded_stack.addWidget(content)
            elif place in (PROMPTS, INSIDE):
                self._right.addWidget(content)
            else:
                self._folded_stack.removeWidget(content)
                self._cards[place].body.addWidget(content)
                content.show()
        for card in self._cards.values():
            card.setVisible(not compact)
        self._folded.setVisible(compact)
        self._side.setVisible(not compact)
        actions = (
            (PROMPTS, self.earlier_button),
            (PROMPTS, self.later_button),
            (PROMPTS, self.side_by_side_button),
            (PROMPTS, self.inside.tools),
            (MODEL, self.change_button),
            (RUNS, self.continue_button),
            (RUNS, self.compare_button),
        )
        for place, action in actions:
            if fit is Fit.NARROW:
                self._narrow_row.addWidget(action)
            else:
                (self._folded if compact else self._cards[place]).add_header_widget(action)
        for part in (self.inside, self.prompts):
            part.set_narrow(fit is Fit.NARROW)
        self.transport.set_fit(fit)
        self.figure.set_fit(fit)
        theme.size(self._folded, minimum_height=440 if fit is Fit.NARROW else 0)
        QWidget.setTabOrder(self.figure.plots["accuracy"], self.epoch_table)  # as it is read: before the prompts
        self.change_button.setVisible(True)
        self.compare_button.setVisible(True)
        self._on_switch_chosen(self.switch.index)
        self._on_right_switch_chosen(self.right_switch.index)
        focus = QApplication.focusWidget()
        if held and (focus is None or not self.page.isAncestorOf(focus)):
            self.page.setFocus()  # what had it is folded away; elsewhere the tab's keys would not work

    def swap_table(self) -> None:
        """Show a picture as a table, or as a picture again: the one that has the focus, else the plots."""
        focus = self.page.focusWidget()
        if focus is not None and self.prompts.isAncestorOf(focus):
            self.side_by_side_button.toggle()
        elif focus is not None and (self.inside.isAncestorOf(focus) or self.inside.tools.isAncestorOf(focus)):
            self.inside.show_table(not self.inside.shows_table)
        else:
            self.figure.show_table(not self.figure.shows_table)

    def show_prompts(self, columns: tuple[PromptsCompleted, ...]) -> None:
        """What was written after every epoch."""
        self.prompts.set_columns(columns)
        self._prompts.setCurrentIndex(1 if columns else 0)

    def show_runs(self, runs: tuple[Run, ...], current: int | None) -> None:
        """The runs of the Lab, the oldest first."""
        self.run_list.set_runs(runs, current)
        self._runs.setCurrentIndex(1 if runs else 0)
        self.switch.set_count(RUNS, str(len(runs)) if runs else "")

    def show_test_count(self, count: int) -> None:
        """On how many snippets the epochs are measured; 0 while that is not known."""
        text = f"measured on the {count:,} test snippets" if count else ""
        self._epochs_note.setText(text)
        self._measured_on.setText(text)
        self.switch.buttons()[EPOCHS].setToolTip(text.capitalize())

    @property
    def _sees_prompts(self) -> bool:
        """Whether the prompts are what is in front."""
        if self._fit is Fit.WIDE:
            return self.right_switch.index == 0
        return self.switch.index == PROMPTS

    @property
    def _sees_inside(self) -> bool:
        """Whether the instruments are what is in front."""
        return (self.right_switch.index == 1) if self._fit is Fit.WIDE else (self.switch.index == INSIDE)

    def _on_prompt_table_moved(self) -> None:
        table = self.prompt_table
        seen = self._sees_prompts
        more = bool(table.hidden_before or table.hidden_after)
        for arrow, hidden in ((self.earlier_button, table.hidden_before), (self.later_button, table.hidden_after)):
            arrow.setVisible(seen and self.prompts.shows_table and more)
            arrow.setEnabled(hidden > 0)
        self.side_by_side_button.setVisible(seen)
        self.inside.tools.setVisible(self._sees_inside)

    def _on_prompts_table_shown(self, shown: bool) -> None:
        self.side_by_side_button.setChecked(shown)
        self._on_prompt_table_moved()

    def _on_right_switch_chosen(self, place: int) -> None:
        if self._fit is Fit.WIDE:
            self._right.setCurrentWidget((self._prompts, self.inside)[place])
            self._prompts_title.setVisible(place == 0)
        self._on_prompt_table_moved()

    def _on_switch_chosen(self, place: int) -> None:
        if self._fit is not Fit.WIDE:
            self._folded_stack.setCurrentWidget(self._contents[place])
            self._measured_on.setVisible(place == EPOCHS and self._fit is Fit.COMPACT)
            self.change_button.setVisible(place == MODEL)
            self.compare_button.setVisible(place == RUNS)
            self._on_prompt_table_moved()
