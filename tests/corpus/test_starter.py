"""The Starter corpus keeps what it promises: different, tested, composed snippets with an honest split."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Generator
from random import Random

import pytest

from codegen_desktop.corpus.dataset import Dataset, Progress
from codegen_desktop.corpus.snippet import Snippet, TestCase
from codegen_desktop.corpus.starter import starter_dataset, starter_snippets
from codegen_desktop.corpus.starter.cases import load, near_misses
from codegen_desktop.corpus.starter.grammar import BRIEF, ENOUGH, FAMILIES
from codegen_desktop.corpus.starter.names import ALL
from codegen_desktop.corpus.starter.operation import PIECE_LIMIT, Operation, count_pieces
from codegen_desktop.tokenization.registry import learn_tokenizer

COUNT = 10_000


def finish(work: Generator[Progress, None, Dataset]) -> Dataset:
    while True:
        try:
            next(work)
        except StopIteration as stop:
            value: Dataset = stop.value
            return value


@pytest.fixture(scope="module")
def corpus() -> Dataset:
    return finish(starter_dataset(COUNT, 42))


def passes(code: str, tests: tuple[TestCase, ...]) -> bool:
    """Whether a function of our own grammar gives every expected value, of the same type."""
    function = load(code)
    for test in tests:
        expected = ast.literal_eval(test.expected)
        try:
            value = function(*ast.literal_eval(f"[{test.arguments}]"))
        except Exception:
            return False
        if repr(value) != repr(expected):
            return False
    return True


def code_of(snippet: Snippet) -> str:
    return snippet.text.removeprefix(snippet.prompt)


def operations_of_the_grammar() -> dict[str, Operation]:
    return {
        name: operation
        for family in FAMILIES
        for shape in family.shapes
        for composition in shape.compositions
        for name, operation in zip(family.key(composition), composition, strict=True)
    }


def test_every_snippet_passes_its_own_tests(corpus: Dataset) -> None:
    assert len(corpus.snippets) == COUNT
    for snippet in corpus.snippets:
        assert 2 <= len(snippet.tests) <= 4
        assert len({test.expected for test in snippet.tests}) >= 2, snippet.text
        assert passes(code_of(snippet), snippet.tests), snippet.text


def test_all_texts_are_different_and_begin_with_their_instruction(corpus: Dataset) -> None:
    assert len({snippet.text for snippet in corpus.snippets}) == COUNT
    for snippet in corpus.snippets:
        assert snippet.text.startswith(f"{snippet.prompt}def ")
        assert snippet.text == snippet.text.strip()
        assert snippet.text.isascii()


def test_the_counts(corpus: Dataset) -> None:
    families = Counter(snippet.family for snippet in corpus.snippets)
    compositions = {snippet.group for snippet in corpus.snippets}
    operations = {name for snippet in corpus.snippets for name in snippet.operations}
    instructions = {snippet.instruction for snippet in corpus.snippets if snippet.instruction is not None}
    parameters = {
        argument.arg
        for snippet in corpus.snippets
        for node in ast.walk(ast.parse(code_of(snippet)))
        if isinstance(node, ast.FunctionDef)
        for argument in node.args.args
    }
    known = operations_of_the_grammar()
    wordings = min(len(set(known[name].wordings)) for name in operations)
    print(f"\n{COUNT} snippets, {len(families)} families, {len(operations)} operations")
    print(f"{len(compositions)} compositions of them")
    print(f"{len(instructions)} instruction lines, {len(parameters)} parameter names, at least {wordings} wordings")
    print({name: f"{count / COUNT:.1%}" for name, count in families.items()})
    assert len(families) >= 12
    assert all(0.03 * COUNT <= count <= 0.2 * COUNT for count in families.values())
    assert len(compositions) >= 1_000
    assert len(instructions) >= 8_000
    assert len(parameters) >= 60
    assert parameters <= ALL
    assert wordings >= 4


def test_nearly_every_composition_written_often_shows_several_styles(corpus: Dataset) -> None:
    """Two styles wherever Python has them: the shape of the code, names and constants put aside."""
    shapes: defaultdict[str, set[str]] = defaultdict(set)
    counts = Counter(snippet.group for snippet in corpus.snippets)
    for snippet in corpus.snippets:
        shapes[snippet.group].add(re.sub(r"\w+", "w", code_of(snippet)))
    often = [group for group, count in counts.items() if count >= 12]
    assert len(often) > 25
    assert sum(len(shapes[group]) >= 2 for group in often) >= 0.9 * len(often)  # the second style is one in five


def test_the_split_is_by_composition(corpus: Dataset) -> None:
    assert (len(corpus.train), len(corpus.test)) == (8_000, 2_000)
    assert sorted(corpus.split.train + corpus.split.test) == list(range(COUNT))
    learned = {snippet.group for snippet in corpus.train}
    held_out = {snippet.group for snippet in corpus.test}
    assert not learned & held_out
    known = operations_of_the_grammar()
    at_home = Counter(name for group in learned for name in set(group.split("|")))
    anywhere = Counter(operation for group in learned for operation in {known[name] for name in group.split("|")})
    for snippet in corpus.test:
        assert len(snippet.operations) >= 2
        assert all(anywhere[known[name]] >= ENOUGH and at_home[name] >= 5 for name in snippet.operations)
    print(f"\n{len(held_out)} of {len(held_out | learned)} compositions are held out")


def test_every_family_stands_in_the_test_part_with_its_share(corpus: Dataset) -> None:
    sizes = Counter(snippet.family for snippet in corpus.snippets)
    tested = Counter(snippet.family for snippet in corpus.test)
    print(f"\n{ {name: f'{tested[name]} of {size}' for name, size in sizes.items()} }")
    assert all(tested[name] >= 50 for name in sizes)
    assert all(0.1 * size <= tested[name] <= 0.3 * size for name, size in sizes.items())


def test_no_operation_is_nearly_unlearned(corpus: Dataset) -> None:
    """Of an operation's compositions of one length, a quarter is to be held out; never much more than half."""
    learned = {snippet.operations for snippet in corpus.train}
    held_out = {snippet.operations for snippet in corpus.test}
    places = Counter((name, len(key)) for key in learned | held_out for name in set(key))
    missing = Counter((name, len(key)) for key in held_out for name in set(key))
    assert all(missing[place] <= 0.6 * places[place] for place in missing)


def test_one_learning_snippet_in_ten_has_no_instruction(corpus: Dataset) -> None:
    assert sum(snippet.instruction is None for snippet in corpus.train) == 800
    assert all(snippet.instruction for snippet in corpus.test)


def test_the_example_of_the_brief_is_learned(corpus: Dataset) -> None:
    found = [snippet for snippet in corpus.train if code_of(snippet) == BRIEF]
    assert any(snippet.instruction is None for snippet in found)
    assert any(snippet.instruction is not None for snippet in found)


def test_an_instruction_names_its_constants(corpus: Dataset) -> None:
    """Whatever number or letter tells two snippets of one composition apart stands in the instruction."""
    for snippet in corpus.snippets:
        if snippet.instruction is None:
            continue
        said = set(re.findall(r"\d+|'[^']*'", snippet.instruction))
        numbers = {
            text for text in re.findall(r"\b\d+\b|'[^'()]+'", code_of(snippet)) if len(text) > 1 and text != "10"
        }
        assert numbers <= said, snippet.text


def test_an_instruction_determines_its_answer() -> None:
    """Over several corpora, functions written for one instruction pass each other's tests."""
    by_instruction: defaultdict[str, list[Snippet]] = defaultdict(list)
    for seed in range(4):
        for snippet in starter_snippets(2_500, seed):
            if snippet.instruction is not None:
                by_instruction[snippet.instruction].append(snippet)
    shared = [group for group in by_instruction.values() if len(group) > 1]
    assert len(shared) > 50
    for group in shared:
        assert len({snippet.group for snippet in group}) == 1
        for one in group:
            assert all(passes(code_of(one), other.tests) for other in group), one.text


def test_no_wording_stands_for_two_operations() -> None:
    meanings: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for name, operation in operations_of_the_grammar().items():
        for wording in (*operation.wordings, *operation.nouns):
            meanings[name.partition(".")[0], operation.role, wording].add(operation.code + operation.step)
    assert [key for key, codes in meanings.items() if len(codes) > 1] == []


def test_the_tests_catch_near_misses(corpus: Dataset) -> None:
    """Nearly every function with one sign or constant changed fails; some changes do not change what it does."""
    made = caught = 0
    for snippet in Random(1).sample(corpus.snippets, 700):
        for miss in near_misses(code_of(snippet)):
            made += 1
            caught += not passes(miss, snippet.tests)
    print(f"\n{caught} of {made} near-misses are caught ({caught / made:.1%})")
    assert caught / made >= 0.9


def test_no_snippet_is_longer_than_a_row(corpus: Dataset) -> None:
    assert max(count_pieces(snippet.text) for snippet in corpus.snippets) <= PIECE_LIMIT
    tokenizer = learn_tokenizer("bpe", [snippet.text for snippet in corpus.train], 2_048)
    lengths = [len(ids) for ids in tokenizer.encode_many([snippet.text for snippet in corpus.snippets])]
    print(f"\nlongest {max(lengths)} tokens, mean {sum(lengths) / COUNT:.1f}")
    assert max(lengths) <= 49


def test_the_surprise_of_every_snippet_is_known(corpus: Dataset) -> None:
    nats = [snippet.nats for snippet in corpus.snippets if snippet.nats is not None]
    assert len(nats) == COUNT
    assert min(nats) > 0
    assert 10 < sum(nats) / COUNT < 30


def test_some_tests_name_constants_of_no_learning_text(corpus: Dataset) -> None:
    learned = {text for snippet in corpus.train for text in re.findall(r"\d+|'[^']*'", snippet.text)}
    unseen = [
        snippet for snippet in corpus.test if set(re.findall(r"\d+|'[^']*'", snippet.instruction or "")) - learned
    ]
    print(f"\n{len(unseen)} test snippets name a constant never learned")
    assert len(unseen) >= 10


def test_a_seed_gives_one_corpus_and_another_seed_another() -> None:
    one, again, other = (finish(starter_dataset(600, seed)) for seed in (7, 7, 8))
    assert one.fingerprint == again.fingerprint
    assert one.fingerprint != other.fingerprint
    assert tuple(starter_snippets(600, 7)) == one.snippets


@pytest.mark.parametrize("count", [1, 2, 5, 13, 40, 120, 1_000])
def test_small_corpora_keep_the_rules_that_fit(count: int) -> None:
    corpus = finish(starter_dataset(count, 3))
    assert len(corpus.snippets) == count
    assert len({snippet.text for snippet in corpus.snippets}) == count
    assert not {snippet.group for snippet in corpus.train} & {snippet.group for snippet in corpus.test}
    assert all(len(snippet.operations) >= 2 and snippet.instruction for snippet in corpus.test)
    if count >= 40:
        assert len(corpus.test) == count // 5


def test_progress_is_told() -> None:
    steps = list(starter_dataset(1_000, 1))
    assert [step.done for step in steps] == [250, 500, 750, 1_000]
    assert all(step.total == 1_000 and step.what for step in steps)
