"""The errors a person can cause, each saying what is wrong and what to do about it.

    UserError
    ├── LabError          the Lab file: in use, damaged, not a Lab, folder not writable
    ├── CorpusError       nothing to train on, a source that cannot be read
    ├── TokenizerError    a tokenizer that cannot be learned or opened
    ├── TrainingError     training cannot start or cannot go on
    │   └── DivergedError its numbers are no longer finite: the same recipe would fail again
    ├── CheckpointError   a checkpoint that is missing or damaged
    ├── GenerationError   a prompt that cannot be completed
    ├── SandboxError      code cannot be run safely here
    └── QuizError         a question bank or an answer that does not fit

Every one is drawn in the window's banner, printed by the command line (exit status 2) and logged.
"""


class UserError(Exception):
    """Something a person can mend.

    `what` says what is wrong and what still holds; `what_to_do` says how to go on (may be empty).
    """

    def __init__(self, what: str, what_to_do: str = "") -> None:
        super().__init__(what, what_to_do)
        self.what = what
        self.what_to_do = what_to_do

    def __str__(self) -> str:
        return f"{self.what} {self.what_to_do}".strip()


class LabError(UserError):
    """The Lab file cannot be used as asked."""


class CorpusError(UserError):
    """The snippets cannot be read or are not enough."""


class TokenizerError(UserError):
    """A tokenizer cannot be learned or opened."""


class TrainingError(UserError):
    """Training cannot start or cannot go on."""


class DivergedError(TrainingError):
    """Loss or weights are no longer finite numbers; going on from a checkpoint would end in the same."""


class CheckpointError(UserError):
    """A checkpoint is missing or damaged."""


class GenerationError(UserError):
    """A prompt cannot be completed."""


class SandboxError(UserError):
    """Code cannot be run safely on this machine."""


class QuizError(UserError):
    """A question bank or an answer does not fit."""
