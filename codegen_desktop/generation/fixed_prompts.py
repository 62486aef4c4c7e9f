"""The five prompts that the model of every epoch completes, so that one can see what it learned in between."""

import random
from contextlib import ExitStack
from dataclasses import dataclass

from codegen_desktop.config import SamplingOptions
from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.corpus.snippet import Snippet, TestCase
from codegen_desktop.errors import SandboxError
from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.generation.generate import complete, says_nothing
from codegen_desktop.generation.grading import grade
from codegen_desktop.generation.sandbox import Sandbox
from codegen_desktop.generation.syntax import parses
from codegen_desktop.tokenization.tokenizer import Tokenizer

BRIEF_PROMPT = "def add(a,"
"""The brief's own example; it is always the first of the five fixed prompts, cut where a row cannot hold it."""

GREEDY = SamplingOptions(temperature=0.0)
"""Always the likeliest token: what evaluation and the fixed prompts use."""


@dataclass(frozen=True, slots=True)
class FixedPrompt:
    """What the model is given, and the tests that its answer should pass; none where nobody wrote some.

    `seen` says that the prompt begins a snippet of the learning part.
    """

    text: str
    tests: tuple[TestCase, ...] = ()
    seen: bool = False


@dataclass(frozen=True, slots=True)
class PromptCompletion:
    """What the model of one epoch wrote after a fixed prompt, greedily; `text` is without the prompt.

    `parses` says that it wrote something, and that prompt and text together are valid Python. `tests` counts the
    prompt's tests; `passes` says whether all of them passed, None where there are none or no code can be run safely.
    """

    prompt: str
    text: str
    parses: bool
    tests: int = 0
    passes: bool | None = None
    seen: bool = False


@dataclass(frozen=True, slots=True)
class PromptsCompleted:
    """The fixed prompts completed with the weights of one epoch (0: untrained)."""

    epoch: int
    completions: tuple[PromptCompletion, ...]


def fixed_prompts(used: Dataset, seed: int, tokenizer: Tokenizer, context: int) -> tuple[FixedPrompt, ...]:
    """Five prompts to complete after every epoch: the brief's own, two that were learned from and two that were not.

    Fewer where the drawn snippets begin with more than a row of `context` positions can hold.
    """
    draw = random.Random(seed)
    chosen = [FixedPrompt(brief_prompt(tokenizer, context))]
    for part, seen in ((used.train, True), (used.test, False)):
        drawn = _with_instruction_first(part, draw)
        fitting = [snippet for snippet in drawn if fits(prompt_of(snippet), tokenizer, context)]
        chosen += [FixedPrompt(prompt_of(snippet), _tests(snippet), seen) for snippet in fitting[:2]]
    return tuple(chosen)


def complete_prompts(
    decoder: Decoder, tokenizer: Tokenizer, prompts: tuple[FixedPrompt, ...], epoch: int
) -> PromptsCompleted:
    """Complete the fixed prompts greedily with one epoch's model, and run the tests of those that have some."""
    completions = []
    with ExitStack() as stack:
        sandbox = _sandbox(stack) if any(prompt.tests for prompt in prompts) else None
        for prompt in prompts:
            text = complete(decoder, tokenizer, prompt.text, GREEDY).text
            valid = bool(text.strip()) and parses(prompt.text + text)
            passes = _passes(prompt, text, sandbox)
            completions.append(PromptCompletion(prompt.text, text, valid, len(prompt.tests), passes, prompt.seen))
    return PromptsCompleted(epoch, tuple(completions))


def brief_prompt(tokenizer: Tokenizer, context: int) -> str:
    """The brief's own example, or as much of its beginning as a row of `context` (at least 2) positions can hold."""
    beginnings = (BRIEF_PROMPT[:end] for end in range(len(BRIEF_PROMPT), 0, -1))
    return next(text for text in beginnings if fits(text, tokenizer, context))


def prompt_of(snippet: Snippet) -> str:
    """What the model is given of a snippet: its instruction, or its first line where it has none."""
    return snippet.prompt or snippet.text.partition("\n")[0]


def fits(prompt: str, tokenizer: Tokenizer, context: int) -> bool:
    """Whether a prompt says anything, and leaves a row at least one position to answer in."""
    return not says_nothing(prompt) and len(tokenizer.encode(prompt)) < context


def _tests(snippet: Snippet) -> tuple[TestCase, ...]:
    """A first line alone does not say what the tests ask for: only an answer to an instruction is tested."""
    return snippet.tests if snippet.instruction is not None else ()


def _with_instruction_first(part: tuple[Snippet, ...], draw: random.Random) -> list[Snippet]:
    """A few snippets of a part in a drawn order, those with an instruction before those without."""
    drawn = draw.sample(part, min(100, len(part)))
    return sorted(drawn, key=lambda snippet: snippet.instruction is None)


def _sandbox(stack: ExitStack) -> Sandbox | None:
    """A sandbox until the stack ends; None where this machine has no safe one."""
    try:
        return stack.enter_context(Sandbox())
    except SandboxError:
        return None


def _passes(prompt: FixedPrompt, text: str, sandbox: Sandbox | None) -> bool | None:
    if not prompt.tests or sandbox is None:
        return None
    try:
        return grade(prompt.text + text, prompt.tests, sandbox).all_passed
    except SandboxError:
        return None
