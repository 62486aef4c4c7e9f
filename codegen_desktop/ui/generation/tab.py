"""The Generation tab: ask the trained model for code, see how sure it was, and open every token down to the numbers."""

from functools import partial

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QWidget

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.generation.fixed_prompts import BRIEF_PROMPT
from codegen_desktop.generation.generate import piece_reader
from codegen_desktop.generation.trace import Completion, Prediction
from codegen_desktop.ui.fit import FitWatch
from codegen_desktop.ui.generation.facts import model_sentence, shortened
from codegen_desktop.ui.generation.judging import Judging
from codegen_desktop.ui.generation.layout import GenerationLayout
from codegen_desktop.ui.generation.result_card import suggested_call
from codegen_desktop.ui.generation.writing import Judged, Opened, Writer, open_writer, write
from codegen_desktop.ui.job import Job
from codegen_desktop.ui.widgets.buttons import say_key
from codegen_desktop.ui.widgets.page import add_keys
from codegen_desktop.ui.workspace import Workspace

EPOCH_DELAY_MS = 150
"""How long the epoch slider must rest before the what-if is written."""

COMPLETE_KEY, TOKEN_KEY, STOP_KEY, RUN_KEY = "Ctrl+Space", "Ctrl+Shift+Space", "Shift+F5", "Ctrl+Return"


class GenerationTab(QWidget):
    """Writes with the current run. What was written stays until the text is edited or written anew."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._writer: Writer | None = None
        self._opened_run: tuple[int, int] | None = None
        self._job: Job | None = None
        self._pending = 0
        self._show_when_opened = False
        self._start = 0
        self._prompt = BRIEF_PROMPT
        self._predictions: tuple[Prediction, ...] = ()
        self._completion: Completion | None = None
        self._judging = Judging(workspace, self)
        self.parts = GenerationLayout(self)
        self._epoch_timer = QTimer(self)
        self._epoch_timer.setSingleShot(True)
        self._epoch_timer.setInterval(EPOCH_DELAY_MS)

        self._connect()
        self._make_shortcuts()
        FitWatch(self, self.parts.set_fit)
        self.parts.editor.set_text(BRIEF_PROMPT)
        self._on_workspace_run_changed()

    def _connect(self) -> None:
        parts, workspace = self.parts, self._workspace
        parts.complete_button.clicked.connect(self.complete)
        parts.token_button.clicked.connect(self.write_token)
        parts.stop_button.clicked.connect(self.stop)
        parts.sampling_button.toggled.connect(parts.show_sampling)
        parts.reset_button.clicked.connect(parts.sampling.reset)
        parts.suggestions.chosen.connect(self.ask)
        parts.editor.edited.connect(self._on_editor_edited)
        parts.editor.token_chosen.connect(parts.trace.choose)
        parts.trace.token_chosen.connect(self._on_trace_token_chosen)
        parts.trace.epoch_wished.connect(self._epoch_timer.start)
        parts.result.run_wished.connect(self._on_result_run_wished)
        assert parts.empty.primary is not None
        parts.empty.primary.clicked.connect(lambda: workspace.open_stage.emit("training"))
        self._judging.judged.connect(self._on_judging_judged)
        self._judging.given_up.connect(parts.result.clear)
        self._judging.ran.connect(parts.result.show_outcome)
        self._judging.running_changed.connect(parts.result.set_busy)
        workspace.run_changed.connect(self._on_workspace_run_changed)
        workspace.lab_changed.connect(self._on_workspace_run_changed)
        self._epoch_timer.timeout.connect(self._on_epoch_timer_timeout)

    def _make_shortcuts(self) -> None:
        parts = self.parts
        add_keys(
            self,
            {
                COMPLETE_KEY: self.complete,
                "F5": self.complete,
                TOKEN_KEY: self.write_token,
                STOP_KEY: self.stop,
                RUN_KEY: lambda: self._on_result_run_wished(parts.result.call),
                "Ctrl+T": parts.trace.swap_table,
                "Alt+Left": lambda: parts.trace.choose(max(0, parts.trace.current - 1)),
                "Alt+Right": lambda: parts.trace.choose(parts.trace.current + 1),
                **{f"Alt+{place + 1}": partial(parts.trace.choose_station, place) for place in range(4)},
            },
        )
        say_key(parts.complete_button, COMPLETE_KEY)
        say_key(parts.token_button, TOKEN_KEY)
        say_key(parts.stop_button, STOP_KEY)

    # What the main window and --screenshot ask

    def is_settled(self) -> bool:
        """Whether nothing is being opened, written, judged or run."""
        return self._pending == 0 and not self._judging.is_busy and not self._epoch_timer.isActive()

    def show_for_screenshot(self) -> None:
        """Answer an unseen instruction, or the brief's example where none is known."""
        if self._predictions:
            return
        if self._writer is None:
            self._show_when_opened = True
        else:
            prompts = self.parts.suggestions.prompts
            self.ask(prompts[0] if prompts else BRIEF_PROMPT)

    # What a person wishes

    def ask(self, prompt: str) -> None:
        """Put a prompt into the editor and complete it."""
        if self._job is None:
            self._forget()
            self.parts.editor.set_text(prompt)
            self.complete()

    def complete(self) -> None:
        """Write on from the cursor; where nothing was edited since, write the same prompt anew."""
        if not self._can_write():
            return
        if not self._predictions:
            self._take_prompt()
        self._write(self.parts.sampling.options.max_tokens)

    def write_token(self) -> None:
        """Write one token more."""
        if not self._can_write():
            return
        if not self._predictions:
            self._take_prompt()
        if self._predictions and self._predictions[-1].is_end:
            self.parts.note("The model wrote its end mark: it has nothing to add.")
            return
        self._write(len(self._predictions) + 1)

    def stop(self) -> None:
        """Stop after the token that is being made."""
        if self._job is not None:
            self._job.cancel()

    def _can_write(self) -> bool:
        return self._writer is not None and self._job is None

    def _take_prompt(self) -> None:
        """Take what stands before the cursor; an instruction is a whole line."""
        editor = self.parts.editor
        self._start, self._prompt = editor.prompt()
        last = self._prompt.rpartition("\n")[2]
        if last.startswith("#"):
            editor.insertPlainText("\n")
            self._start, self._prompt = editor.prompt()

    # Writing

    def _write(self, tokens: int) -> None:
        writer = self._writer
        assert writer is not None
        options = self.parts.sampling.options.model_copy(update={"max_tokens": tokens})
        self._predictions, self._completion = (), None
        self.parts.result.clear()
        self.parts.trace.set_epochs(writer.last_epoch, writer.epoch_in_use)
        self.parts.editor.setReadOnly(True)
        self.parts.note("Writing…")
        self._pending += 1
        self._job = self._workspace.run_job(
            write(writer, self._prompt, options, writer.epoch_in_use),
            on_values=self._on_write_yielded,
            on_success=self._on_write_succeeded,
            on_failure=self._on_write_failed,
            on_cancel=self._on_write_cancelled,
        )
        self._show_buttons()

    def _on_write_yielded(self, predictions: list[Prediction]) -> None:
        self._predictions = (*self._predictions, *predictions)
        text = "".join(prediction.text for prediction in self._predictions)
        self.parts.editor.replace_from(self._start, self._prompt, text, self._predictions)

    def _on_write_succeeded(self, completion: Completion) -> None:
        self._end_writing()
        self._completion = completion
        count = len(completion.tokens)
        ended = "ended by itself" if completion.ended == "end" else "stopped at the most tokens"
        self.parts.note(f"{count} token{'s' * (count != 1)} in {completion.seconds:.2f} s, {ended}")
        self.parts.editor.horizontalScrollBar().setValue(0)
        self._show_trace(completion.predictions, completion)
        first = completion.code.lstrip("#").strip().partition("\n")
        self._workspace.set_stage("generation", "done", shortened(first[2].partition("\n")[0] or first[0]))
        assert self._writer is not None
        self.parts.result.await_findings()
        self._judging.judge(self._writer, completion, self._own_dataset())

    def _on_write_failed(self, error: BaseException) -> None:
        self._end_writing()
        self.parts.note("")
        self._workspace.report(error)

    def _on_write_cancelled(self) -> None:
        self._end_writing()
        self.parts.note(f"Stopped after {len(self._predictions)} tokens")
        self._show_trace(self._predictions, None)

    def _end_writing(self) -> None:
        self._job = None
        self._pending -= 1
        self.parts.editor.setReadOnly(False)
        self._show_buttons()

    def _show_trace(self, predictions: tuple[Prediction, ...], completion: Completion | None) -> None:
        assert self._writer is not None
        options = completion.options if completion is not None else self.parts.sampling.options
        keep = max(0, self.parts.trace.current)
        self.parts.trace.set_predictions(predictions, options, piece_reader(self._writer.tokenizer), keep)
        self.parts.editor.choose(self.parts.trace.current)

    def _on_trace_token_chosen(self, token: int) -> None:
        if self.parts.trace.shows_own_model:
            self.parts.editor.choose(token)

    def _on_editor_edited(self) -> None:
        if self._predictions:
            self._forget()

    def _forget(self) -> None:
        """The text is a person's own again."""
        self._predictions, self._completion = (), None
        self.parts.result.clear()
        self.parts.note("")

    # What if

    def _on_epoch_timer_timeout(self) -> None:
        """The slider rests: show what the model of that epoch writes after the same prompt."""
        writer, epoch = self._writer, self.parts.trace.epoch
        if writer is None or self._completion is None:
            return
        if epoch == writer.epoch_in_use:
            self._show_trace(self._predictions, self._completion)
            return
        if self._job is not None:
            self._epoch_timer.start()
            return
        self._pending += 1
        self._job = self._workspace.run_job(
            write(writer, self._prompt, self._completion.options, epoch),
            on_success=self._on_what_if_succeeded,
            on_failure=self._on_what_if_failed,
            on_cancel=self._end_writing,
        )
        self._show_buttons()

    def _on_what_if_succeeded(self, completion: Completion) -> None:
        self._end_writing()
        self._show_trace(completion.predictions, completion)
        self.parts.editor.choose(-1)

    def _on_what_if_failed(self, error: BaseException) -> None:
        self._end_writing()
        self._workspace.report(error)

    # Judging and running

    def _on_judging_judged(self, judged: Judged) -> None:
        if judged.sample.completion is not self._completion:
            return
        self.parts.result.show_sample(judged.sample)
        if judged.arguments is not None and (call := suggested_call(judged.sample, judged.arguments)):
            self.parts.result.set_call(call)

    def _on_result_run_wished(self, call: str) -> None:
        program = self._completion.code if self._completion is not None else self.parts.editor.code
        self._judging.run(program, call)

    # The model

    def _own_dataset(self) -> Dataset | None:
        """The current dataset, where it is the one the run learned from."""
        run = self._workspace.run
        own = run is not None and run.dataset_id == self._workspace.dataset_id
        return self._workspace.dataset if own else None

    def _on_workspace_run_changed(self) -> None:
        run, lab = self._workspace.run, self._workspace.lab
        if run is None or lab is None or not run.epochs:
            self._writer, self._opened_run = None, None
            self.parts.show_model(False)
            return
        self.parts.show_model(True)
        self._say_model()
        wanted = (run.id, run.epochs[-1].epoch if run.chosen_epoch is None else run.chosen_epoch)
        if wanted == self._opened_run:
            return
        self._opened_run = wanted
        self._writer = None
        self._show_buttons()
        tokenizer = self._workspace.tokenizer if run.tokenizer_id == self._workspace.tokenizer_id else None
        self._pending += 1
        self._workspace.run_job(
            open_writer(lab, run, tokenizer, self._own_dataset()),
            on_success=self._on_writer_opened,
            on_failure=self._on_writer_failed,
            on_cancel=self._on_opening_over,
        )

    def _on_writer_opened(self, opened: Opened) -> None:
        self._pending -= 1
        run = self._workspace.run
        if run is None or opened.writer.run.id != run.id:
            return
        self._writer = opened.writer
        self.parts.suggestions.set_snippets(opened.unseen)
        self.parts.trace.set_epochs(opened.writer.last_epoch, opened.writer.epoch_in_use)
        self._show_buttons()
        if self._show_when_opened:
            self._show_when_opened = False
            self.show_for_screenshot()

    def _on_writer_failed(self, error: BaseException) -> None:
        self._opened_run = None
        self._on_opening_over()
        self._workspace.report(error)

    def _on_opening_over(self) -> None:
        self._pending -= 1

    def _say_model(self) -> None:
        run = self._workspace.run
        assert run is not None
        self.parts.head.set_reading(model_sentence(run, self._own_dataset()))

    def _show_buttons(self) -> None:
        ready, busy = self._writer is not None, self._job is not None
        for action in (self.parts.complete_button, self.parts.token_button):
            action.setEnabled(ready and not busy)
        self.parts.stop_button.setEnabled(busy)

    def changeEvent(self, event: QEvent) -> None:
        """Words that carry their own ink follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_epoch_timer") and self._writer is not None:
            self._say_model()
