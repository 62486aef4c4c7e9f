"""The fixed prompts are graded as an evaluation grades: by running their tests in the sandbox."""

from test_generate import with_favourite

from codegen_desktop.corpus.dataset import Dataset, Split
from codegen_desktop.corpus.snippet import Origin, Snippet, TestCase
from codegen_desktop.generation.fixed_prompts import BRIEF_PROMPT, FixedPrompt, complete_prompts, fixed_prompts


def test_answers_with_tests_pass_or_fail_and_others_do_neither(decoder, tokenizer, weights):
    ones = with_favourite(decoder, weights, tokenizer.encode("1")[0])
    beginning = "def f(a):\n    return a + "
    (written,) = complete_prompts(ones, tokenizer, (FixedPrompt(beginning),), 3).completions
    assert set(written.text) == {"1"}
    assert (written.parses, written.tests, written.passes) == (True, 0, None)
    right, wrong = TestCase("0", written.text), TestCase("1", written.text)
    prompts = (
        FixedPrompt(beginning, (right, right), seen=True),
        FixedPrompt(beginning, (right, wrong)),
        FixedPrompt("def f(a", (right,)),
    )
    told = complete_prompts(ones, tokenizer, prompts, 3)
    assert told.epoch == 3
    found = [(one.parses, one.tests, one.passes, one.seen) for one in told.completions]
    assert found == [(True, 2, True, True), (True, 2, False, False), (False, 1, False, False)]


def test_instructions_keep_their_tests_and_their_part(tokenizer):
    def snippet(number: int, instruction: str | None) -> Snippet:
        name = f"add{number}"
        tests = (TestCase("1, 2", "3"),)
        text = f"def {name}(a, b):\n    return a + b"
        text = text if instruction is None else f"# {instruction}\n{text}"
        return Snippet(text, Origin("test", "a.py"), "MIT", name, instruction=instruction, tests=tests)

    snippets = (snippet(0, None), snippet(1, "add a and b"), snippet(2, None), snippet(3, None))
    dataset = Dataset("small", snippets, Split((0, 1), (2, 3), 1, "test"))
    brief, *others = fixed_prompts(dataset, 1, tokenizer, 40)
    assert brief == FixedPrompt(BRIEF_PROMPT)
    assert others[:2] == [
        FixedPrompt("# add a and b\n", snippets[1].tests, seen=True),
        FixedPrompt("def add0(a, b):", (), seen=True),
    ]
    assert [(one.seen, one.tests) for one in others[2:]] == [(False, ()), (False, ())]
