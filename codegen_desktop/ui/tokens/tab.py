"""The Tokens tab: how code becomes numbers, tokenizer beside tokenizer, and what the vocabulary does to the dataset."""

from PySide6.QtWidgets import QCheckBox, QStackedWidget, QWidget

from codegen_desktop.config import TokenizerOptions, TrainingOptions
from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.errors import UserError
from codegen_desktop.tokenization.lengths import Lengths
from codegen_desktop.tokenization.registry import TOKENIZERS
from codegen_desktop.tokenization.tokenizer import Token
from codegen_desktop.ui.fit import Fit, FitWatch
from codegen_desktop.ui.stages import Stage
from codegen_desktop.ui.tokens.column import TokenizerColumn
from codegen_desktop.ui.tokens.examples import examples_of
from codegen_desktop.ui.tokens.facts import TextFacts, text_facts
from codegen_desktop.ui.tokens.layout import TokensLayout
from codegen_desktop.ui.tokens.lengths_card import LengthsCard, lengths_of, reading
from codegen_desktop.ui.tokens.settings_card import SettingsCard
from codegen_desktop.ui.tokens.snippet_card import SnippetCard
from codegen_desktop.ui.tokens.studies import Studies
from codegen_desktop.ui.tokens.vocabulary_card import VocabularyCard
from codegen_desktop.ui.widgets.empty_state import EmptyState
from codegen_desktop.ui.widgets.head_work import HeadWork
from codegen_desktop.ui.widgets.page import PageColumn, PageHead, add_keys
from codegen_desktop.ui.workspace import Workspace

LONGEST_TEXT = 20_000
"""Characters of a text that are cut while it is typed; what stands beyond them is not shown."""


class TokensTab(QWidget):
    """Left the text, in the middle what each tokenizer makes of it, below what it means for the whole dataset."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._context = TrainingOptions().context
        self._studies = Studies(workspace, self)
        self._chosen = TokenizerOptions().tokenizer
        self.head = PageHead()
        self.spaces = QCheckBox("Show spaces")
        self.ids = QCheckBox("Show ids")
        self.snippet = SnippetCard()
        self.columns = {kind.name: TokenizerColumn(kind) for kind in TOKENIZERS}
        self.settings = SettingsCard(self._context)
        self.lengths = LengthsCard(self._context)
        self.vocabulary = VocabularyCard()
        self.no_dataset = EmptyState(
            "package", "No snippets yet", "Tokens are learned from snippets. Read some first.", "Open Dataset"
        )
        self.no_tokens = EmptyState("scissors", "No tokens yet", "", "Build tokens")
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()
        self._on_workspace_corpus_changed()
        self._on_workspace_tokenizer_changed()

    def _lay_out(self) -> None:
        for widget in (self.spaces, self.ids):
            self.head.action_row.addWidget(widget)
        self._work = HeadWork(self.head, "Build tokens", "Tokens built")
        self.cancel_button, self.build_button = self._work.cancel_button, self._work.start_button
        self.spaces.setChecked(True)
        self.spaces.setToolTip("Spaces as ·, newlines as ⏎, tabs as ⇥ (Ctrl+Shift+W)")
        self.ids.setToolTip("The id below each token (Ctrl+I)")
        columns = tuple(self.columns.values())
        self.cards = TokensLayout(self.snippet, columns, self.settings, self.lengths, self.vocabulary)
        for page in (self.no_dataset, self.no_tokens, self.cards):
            self._pages.addWidget(page)
        self._page = PageColumn(self, self.head, self._pages)
        self._show_building(False)
        FitWatch(self, self._arrange)

    def _connect(self) -> None:
        assert self.no_dataset.primary is not None
        assert self.no_tokens.primary is not None
        self.no_tokens.primary.clicked.connect(self.build)
        self.no_dataset.primary.clicked.connect(lambda: self._workspace.open_stage.emit(Stage.DATASET.value))
        self.build_button.clicked.connect(self.build)
        self.cancel_button.clicked.connect(self.cancel)
        self._studies.told.connect(self._on_studies_told)
        self._studies.built.connect(self._on_studies_built)
        self._studies.changed.connect(self._on_studies_changed)
        self.snippet.text_changed.connect(self._cut_again)
        self.snippet.position_changed.connect(self._on_snippet_position_changed)
        self.snippet.pointed.connect(self._on_snippet_pointed)
        self.vocabulary.chosen.connect(self._on_vocabulary_chosen)
        for column in self.columns.values():
            self.spaces.toggled.connect(column.show_spaces)
            self.ids.toggled.connect(column.show_ids)
            column.chosen.connect(self.choose)
            column.pointed.connect(self._on_column_pointed)
        self._workspace.lab_changed.connect(self._on_workspace_lab_changed)
        self._workspace.corpus_changed.connect(self._on_workspace_corpus_changed)
        self._workspace.tokenizer_changed.connect(self._on_workspace_tokenizer_changed)
        keys = {
            "F5": self.build,
            "Shift+F5": self.cancel,
            "Ctrl+T": self.switch_twin,
            "Ctrl+Shift+W": self.spaces.toggle,
            "Ctrl+I": self.ids.toggle,
        }
        for number, column in enumerate(self.columns.values(), start=1):
            keys[f"Alt+{number}"] = column.radio.click
        add_keys(self, keys)

    # Building

    def choose(self, name: str) -> None:
        """Choose a kind of tokenizer: its row of ids, its lengths and vocabulary are shown, and it is built next."""
        self._chosen = name
        for key, column in self.columns.items():
            column.show_chosen(key == name)
        self._show_chosen()
        self._name_button()

    def build(self) -> None:
        """Learn the chosen tokenizer from the training part, then save it and use it."""
        if self._workspace.dataset is not None and not self._studies.is_building:
            self._show_building(True)
            self._studies.build(self._chosen, self.settings.vocabulary)

    def cancel(self) -> None:
        """Stop building; the tokens in use stay."""
        self.cancel_button.setEnabled(False)
        self._studies.cancel()

    def switch_twin(self) -> None:
        """Picture or table: of the part that has the focus, else of the chosen column."""
        focus = self.focusWidget()
        twins = [self.snippet.twin, self.lengths.twin, *(column.twin for column in self.columns.values())]
        here = next((twin for twin in twins if focus is not None and twin.isAncestorOf(focus)), None)
        (here or self.columns[self._chosen].twin).button.toggle()

    def is_settled(self) -> bool:
        """Whether all that the workspace holds is drawn."""
        return not self._studies.is_building and not self._studies.is_studying

    def _on_studies_told(self, last: Progress) -> None:
        self._work.show_progress(last.done, last.total)
        self.head.set_reading(f"{last.what}: <b>{last.done:,} of {last.total:,}</b>" if last.total else f"{last.what}.")

    def _on_studies_built(self) -> None:
        self._show_building(False)
        self._write_reading()

    def _on_studies_changed(self) -> None:
        self._cut_again()
        self._show_chosen()

    def _show_building(self, building: bool) -> None:
        self._work.show_running(building, can_start=self._pages.currentWidget() is self.cards)
        self.no_tokens.setEnabled(not building)

    # What the workspace says

    def _on_workspace_lab_changed(self) -> None:
        if self._workspace.dataset is None:
            self._on_workspace_corpus_changed()

    def _on_workspace_corpus_changed(self) -> None:
        dataset = self._workspace.dataset
        if dataset is not None:
            self.snippet.set_examples(examples_of(dataset))
            train = f"{len(dataset.split.train):,}"
            self.no_tokens.say("No tokens yet", f"They are learned from the {train} train snippets in a few seconds.")
        self._studies.renew(self.settings.vocabulary)
        self._show_page()

    def _on_workspace_tokenizer_changed(self) -> None:
        tokenizer = self._workspace.tokenizer
        if tokenizer is not None:
            self._chosen = tokenizer.name
        self._studies.renew(self.settings.vocabulary)
        self._show_page()
        self.choose(self._chosen)

    # What is shown

    def _show_page(self) -> None:
        if self._workspace.dataset is None:
            page: QWidget = self.no_dataset
        else:
            page = self.cards if self._workspace.tokenizer is not None else self.no_tokens
        self._pages.setCurrentWidget(page)
        for widget in (self.spaces, self.ids):
            widget.setVisible(page is self.cards)
        self._show_building(self._studies.is_building)
        self._cut_again()
        self._show_chosen()
        self._name_button()

    def _cut_again(self) -> None:
        """Cut the text with every tokenizer that is there; called with every letter that is typed."""
        text = self.snippet.text[:LONGEST_TEXT]
        in_use = self._workspace.tokenizer
        for name, column in self.columns.items():
            facts, problem = self._facts_of(name, text)
            column.set_study(self._studies.of(name))
            column.set_facts(facts, problem)
            column.show_in_use(in_use is not None and in_use.name == name)
            if name == self._chosen:
                self.snippet.set_facts(facts, problem)
        self.snippet.highlight(0, 0)

    def _facts_of(self, name: str, text: str) -> tuple[TextFacts | None, str]:
        tokenizer = self._studies.tokenizer(name)
        if tokenizer is None:
            return None, "Being learned to compare with" if self._studies.is_studying else ""
        try:
            return text_facts(tokenizer, text, self._context), ""
        except UserError as error:
            return None, error.what

    def _show_chosen(self) -> None:
        """The row, lengths and vocabulary of the chosen kind."""
        self.snippet.set_facts(self.columns[self._chosen].facts)
        study, dataset = self._studies.of(self._chosen), self._workspace.dataset
        self.lengths.set_lengths(lengths_of(study.counts.lengths) if study is not None else Lengths(()))
        self.vocabulary.set_entries(study.vocabulary if study is not None else ())
        if dataset is not None:
            tokenizer = self._studies.tokenizer(self._chosen)
            found = tokenizer.vocabulary_size if tokenizer is not None else None
            self.settings.set_result(found, len(dataset.split.train), len(dataset.snippets))
        self._write_reading()

    def _write_reading(self) -> None:
        if self._studies.is_building:
            return
        fresh = self._workspace.tokenizer_is_fresh
        self.head.set_reading(reading(self.lengths.lengths, self._context, self._workspace.tokenizer, fresh))

    def _name_button(self) -> None:
        """The primary button says what it does: build for the first time, another kind or size, or again."""
        in_use = self._workspace.tokenizer
        title = self.columns[self._chosen].kind.title
        if in_use is None:
            words = "Build tokens"
        elif in_use.name != self._chosen:
            words = f"Use {title}"
        else:
            words = "Build again"
        self.build_button.setText(words)

    # Text, token and id are linked

    def _on_column_pointed(self, name: str, index: int) -> None:
        facts = self.columns[name].facts
        self._point(facts.tokens[index] if facts is not None and 0 <= index < len(facts.tokens) else None)

    def _on_snippet_pointed(self, index: int) -> None:
        self._on_column_pointed(self._chosen, index)

    def _on_snippet_position_changed(self, position: int) -> None:
        for column in self.columns.values():
            column.highlight(position, position + 1)
        self._ring(position)

    def _on_vocabulary_chosen(self, token_id: int) -> None:
        self.columns[self._chosen].highlight_id(token_id)

    def _point(self, token: Token | None) -> None:
        """Show the same piece of text everywhere: in the editor, in every flow, in the row of ids."""
        start, end = (token.start, token.end) if token is not None else (0, 0)
        self.snippet.highlight(start, end)
        for column in self.columns.values():
            column.highlight(start, end)
        self._ring(start if token is not None else -1)

    def _ring(self, position: int) -> None:
        facts = self.columns[self._chosen].facts
        tokens = facts.tokens if facts is not None else ()
        found = (index for index, token in enumerate(tokens) if token.start <= position < token.end)
        self.snippet.set_current_token(next(found, -1))

    def _arrange(self, fit: Fit) -> None:
        self._page.set_fit(fit)
        self.cards.set_fit(fit)
