"""The whole lab as one generator of small frozen values; the command line prints them, the window draws them.

`whole_lab` yields, in this order: `Progress` while reading, `DatasetReady`, `TokenizerReady`, then everything
`train_and_watch` yields (`RunStarted`, `TrainStep`, `EpochResult` each followed by `PromptsCompleted`), then
`Progress` while grading, `EvaluationDone`, `TraceReady`; it returns the `LabReport`.
"""

from dataclasses import dataclass

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.tokenization.tokenizer import Tokenizer

FIXED_PROMPT = "def add(a,"
"""The brief's own example; it is always the first of the five fixed prompts."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the brief's four stages with the real shapes that went in and came out."""

    name: str
    shape_in: str
    shape_out: str


@dataclass(frozen=True, slots=True)
class DatasetReady:
    """The snippets are chosen, split and saved."""

    dataset: Dataset
    dataset_id: int


@dataclass(frozen=True, slots=True)
class TokenizerReady:
    """The tokenizer is learned from the training part and saved."""

    tokenizer: Tokenizer
    tokenizer_id: int


@dataclass(frozen=True, slots=True)
class PromptCompletion:
    """What the model of one epoch wrote after a fixed prompt, greedily; `text` is without the prompt."""

    prompt: str
    text: str
    parses: bool


@dataclass(frozen=True, slots=True)
class PromptsCompleted:
    """The fixed prompts completed with the weights of one epoch (0: untrained)."""

    epoch: int
    completions: tuple[PromptCompletion, ...]
