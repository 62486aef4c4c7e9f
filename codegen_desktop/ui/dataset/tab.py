"""The Dataset tab: choose where snippets come from, look at every one, and see how they are split."""

from collections.abc import Generator
from html import escape
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from codegen_desktop.config import TrainingOptions
from codegen_desktop.corpus.dataset import Dataset, Progress
from codegen_desktop.ui import theme
from codegen_desktop.ui.dataset.browser import SnippetBrowser
from codegen_desktop.ui.dataset.facts import DatasetFacts, count_tokens, dataset_facts, reading
from codegen_desktop.ui.dataset.flow import flow_stages
from codegen_desktop.ui.dataset.flow_strip import FlowStrip
from codegen_desktop.ui.dataset.ledger import LedgerCard, LicencesCard
from codegen_desktop.ui.dataset.reader import CorpusReader, counted
from codegen_desktop.ui.dataset.sources_card import STARTER, SourcesCard
from codegen_desktop.ui.dataset.split_card import SplitCard
from codegen_desktop.ui.fit import Fit, FitWatch
from codegen_desktop.ui.job import Job
from codegen_desktop.ui.widgets.head_work import HeadWork
from codegen_desktop.ui.widgets.page import PageColumn, PageHead, add_keys
from codegen_desktop.ui.widgets.splitter import splitter
from codegen_desktop.ui.workspace import Workspace


class DatasetTab(QWidget):
    """Left the sources and the split, in the middle the snippets, on the right what was left out and why."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._context = TrainingOptions().context
        self._reader = CorpusReader(workspace, self)
        self._facts_job: Job | None = None
        self._tokens_job: Job | None = None
        self._facts: DatasetFacts | None = None
        self.head = PageHead()
        self._work = HeadWork(self.head, "Read snippets", "Snippets read")
        self.cancel_button, self.read_button = self._work.cancel_button, self._work.start_button
        self.sources = SourcesCard()
        self.split = SplitCard()
        self.browser = SnippetBrowser(self._context)
        self.ledger = LedgerCard()
        self.licences = LicencesCard()
        self.strip = FlowStrip()
        self.right = QWidget()
        self._lay_out()
        self._connect()
        self.setAcceptDrops(True)
        self._on_workspace_corpus_changed()

    def _lay_out(self) -> None:
        self._left = QWidget()
        column = QVBoxLayout(self._left)
        theme.space(column, 0, 12)
        column.addWidget(self.sources, 1)
        column.addWidget(self.split)
        self._right_column = QVBoxLayout(self.right)
        theme.space(self._right_column, 0, 12)
        theme.size(self.right, minimum_width=240, maximum_width=360)
        self._columns = splitter(Qt.Orientation.Horizontal, self._left, self.browser, self.right)
        self._columns.setStretchFactor(1, 1)
        grid = QWidget()
        rows = QVBoxLayout(grid)
        theme.space(rows, 0, 12)
        rows.addWidget(self._columns, 1)
        rows.addWidget(self.strip)
        self._page = PageColumn(self, self.head, grid)
        FitWatch(self, self._arrange)
        self._columns.setSizes([theme.px(280), theme.px(815), theme.px(288)])

    def _connect(self) -> None:
        assert self.browser.empty.standard is not None
        self.browser.empty.standard.clicked.connect(lambda: self.read_source(STARTER.name))
        self.read_button.clicked.connect(self.read)
        self.cancel_button.clicked.connect(self.cancel)
        self._reader.told.connect(self._on_reader_told)
        self._reader.ended.connect(self._on_reader_ended)
        self.sources.chosen_changed.connect(self._on_sources_chosen_changed)
        self.split.seed_changed.connect(self._name_button)
        self.ledger.reason_chosen.connect(self._on_ledger_reason_chosen)
        self.licences.licence_chosen.connect(self._on_licences_licence_chosen)
        self.browser.released.connect(self._on_browser_released)
        self._workspace.lab_changed.connect(self._on_workspace_lab_changed)
        self._workspace.corpus_changed.connect(self._on_workspace_corpus_changed)
        self._workspace.tokenizer_changed.connect(self._on_workspace_tokenizer_changed)
        keys = {
            "F5": self.read,
            "Shift+F5": self.cancel,
            "Ctrl+F": self.browser.filter_field.setFocus,
            "Insert": self.sources.open_chooser,
        }
        add_keys(self, keys)

    # Reading a corpus

    def read(self) -> None:
        """Read the chosen source; without an own path yet, ask for one."""
        if self._reader.is_running:
            return
        chosen = self.sources.chosen
        if not chosen:
            self.sources.open_chooser()
            return
        self._show_reading(True)
        self.head.set_reading(f"Reading <b>{escape(self.sources.chosen_title)}</b>.")
        self._reader.start(chosen, self.split.seed)

    def read_source(self, name_or_path: str) -> None:
        """Choose a built-in corpus by its name, or a folder or file, and read it."""
        if self._reader.is_running:
            return
        if self.sources.knows(name_or_path):
            self.sources.choose(name_or_path)
        else:
            self.sources.choose_path(name_or_path)
        self.read()

    def cancel(self) -> None:
        """Stop reading; the dataset in use stays as it is."""
        self.cancel_button.setEnabled(False)
        self._reader.cancel()

    def is_settled(self) -> bool:
        """Whether all that the workspace holds is drawn."""
        shown = self._facts.dataset if self._facts is not None else None
        is_idle = not self._reader.is_running and self._facts_job is None and self._tokens_job is None
        return is_idle and shown is self._workspace.dataset

    def _on_reader_told(self, progress: Progress) -> None:
        self._work.show_progress(progress.done, progress.total)
        self.head.set_reading(f"{escape(progress.what)}: <b>{counted(progress)}</b>")

    def _on_reader_ended(self) -> None:
        self._show_reading(False)
        self._write_reading()

    def _show_reading(self, reading_now: bool) -> None:
        self._work.show_running(reading_now)
        self.sources.setEnabled(not reading_now)

    # What the workspace says

    def _on_workspace_lab_changed(self) -> None:
        if self._workspace.dataset is None:
            self._show_facts(None)

    def _on_workspace_corpus_changed(self) -> None:
        dataset = self._workspace.dataset
        if dataset is None:
            self._show_facts(None)
            return
        if self._facts is not None and self._facts.dataset is dataset:
            return
        job = self._workspace.run_job(_look_at(dataset))
        self._facts_job = job
        job.succeeded.connect(lambda facts: self._on_facts_job_succeeded(job, facts))

    def _on_facts_job_succeeded(self, job: Job, facts: DatasetFacts) -> None:
        if job is self._facts_job:
            self._facts_job = None
            self._show_facts(facts)
            self._count_tokens()

    def _on_workspace_tokenizer_changed(self) -> None:
        self._show_strip()
        self._count_tokens()

    def _count_tokens(self) -> None:
        """Count every snippet's tokens with the tokenizer in use; a count that is under way is given up."""
        if self._tokens_job is not None:
            self._tokens_job.cancel()
            self._tokens_job = None
        dataset, tokenizer = self._workspace.dataset, self._workspace.tokenizer
        if self._facts is None or self._facts.dataset is not dataset or dataset is None or tokenizer is None:
            self.browser.set_tokens(())
            return
        job = self._workspace.run_job(count_tokens(dataset, tokenizer))
        self._tokens_job = job
        job.succeeded.connect(lambda counts: self._on_tokens_job_succeeded(job, counts))

    def _on_tokens_job_succeeded(self, job: Job, counts: tuple[int, ...]) -> None:
        if job is self._tokens_job:
            self._tokens_job = None
            self.browser.set_tokens(counts)

    def _show_facts(self, facts: DatasetFacts | None) -> None:
        self._facts = facts
        self.browser.set_facts(facts)
        if facts is not None:
            self.split.set_seed(facts.dataset.split.seed)
            self.split.set_facts(facts)
            self.ledger.set_facts(facts)
            self.licences.set_facts(facts)
            self.sources.follow(facts.dataset.name)
            self.sources.show_count(facts.dataset.name, facts.accepted)
        self._show_strip()
        self._write_reading()

    def _show_strip(self) -> None:
        train, test = (self._facts.train, self._facts.test) if self._facts is not None else (0, 0)
        self.strip.set_stages(flow_stages(train, test, self._context, self._workspace.tokenizer))
        self.strip.setVisible(self._facts is not None)

    def _write_reading(self) -> None:
        if self._reader.is_running:
            return
        empty = "There are <b>no snippets</b> yet. Choose where they come from, then read them."
        self.head.set_reading(reading(self._facts) if self._facts is not None else empty)
        self._name_button()

    def _name_button(self) -> None:
        """The primary button says what it does: read the chosen source for the first time, another one, or again."""
        dataset = self._workspace.dataset
        same = dataset is not None and dataset.name == self.sources.chosen and dataset.split.seed == self.split.seed
        self.read_button.setText("Read again" if same else "Read snippets")
        self.read_button.setToolTip(f"Read {self.sources.chosen_title} with seed {self.split.seed} (F5)")

    # What the parts wish

    def _on_sources_chosen_changed(self, _chosen: str) -> None:
        self._name_button()

    def _on_ledger_reason_chosen(self, reason: str) -> None:
        self.licences.licences.release()
        self.browser.show_only(reason=reason)

    def _on_licences_licence_chosen(self, licence: str) -> None:
        self.ledger.reasons.release()
        self.browser.show_only(licence=licence)

    def _on_browser_released(self) -> None:
        self.ledger.reasons.release()
        self.licences.licences.release()

    # Drag and drop, and the two layouts

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Say what would be read."""
        path = _dropped_path(event)
        if path is not None and not self._reader.is_running:
            self.sources.set_drop_target(path.name)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Nothing would be read any more."""
        super().dragLeaveEvent(event)
        self.sources.set_drop_target("")

    def dropEvent(self, event: QDropEvent) -> None:
        """Read what was dropped."""
        path = _dropped_path(event)
        self.sources.set_drop_target("")
        if path is not None:
            event.acceptProposedAction()
            self.read_source(str(path))

    def _arrange(self, fit: Fit) -> None:
        """Wide: the ledger has its own column. Compact: it stands beside the preview and the strip is one line.

        Narrow: sources and split stand above the snippets.
        """
        compact, narrow = fit is not Fit.WIDE, fit is Fit.NARROW
        self._page.set_fit(fit)
        self._columns.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        theme.size(self._left, minimum_width=240, maximum_width=2000 if narrow else 360)
        theme.size(self._left, minimum_height=520 if narrow else 0)
        theme.size(self.browser, minimum_width=420, minimum_height=480 if narrow else 0)
        self.browser.set_narrow(narrow)
        self.right.setVisible(not compact)
        self.strip.set_folded(2 if narrow else int(compact))
        if compact:
            self.browser.take_sides(self.ledger, self.licences)
        else:
            self.browser.take_sides()
            self._right_column.addWidget(self.ledger, 3)
            self._right_column.addWidget(self.licences, 2)
            self.ledger.show()
            self.licences.show()


def _look_at(dataset: Dataset) -> Generator[Progress, None, DatasetFacts]:
    """Count everything about a dataset off the window's thread."""
    yield Progress(0, 1, "Looking at the snippets")
    return dataset_facts(dataset)


def _dropped_path(event: QDropEvent) -> Path | None:
    """The first local folder or file of what is dragged."""
    for url in event.mimeData().urls():
        if url.isLocalFile():
            return Path(url.toLocalFile())
    return None
