"""Our own questions: complete, proven by execution, and free of the faults of the page they began from."""

import re
from pathlib import Path

import pytest

from codegen_desktop.quiz.bank import OWN_BANKS, own_bank, own_misconceptions, read_bank
from codegen_desktop.quiz.items import LEVELS, Choice, Item
from codegen_desktop.quiz.keys import check_key, is_executable
from codegen_desktop.quiz.lint import gives_model_a_mind, lint, texts
from codegen_desktop.quiz.run_questions import run_bank
from tests.quiz.running import run_here

ITEMS = [item for name in OWN_BANKS for item in own_bank(name).item]


@pytest.mark.parametrize("name", [*OWN_BANKS, "run"])
def test_a_bank_lints_clean(name: str) -> None:
    assert lint(own_bank(name), own_misconceptions()) == ()


def test_every_key_is_proven_by_running_it() -> None:
    assert {item.id: check_key(item, run_here) for item in ITEMS} == {item.id: () for item in ITEMS}


def test_every_key_about_code_or_numbers_is_executed() -> None:
    executed = [item for item in ITEMS if is_executable(item)]
    assert all(item in executed for item in ITEMS if item.type in ("numeric", "output") or item.code)
    assert len(executed) >= 11


def test_the_sets_are_what_the_page_promised() -> None:
    assert [len(own_bank(name).item) for name in OWN_BANKS] == [3, 5, 10]
    levels = [item.level for item in own_bank("test").item]
    assert sorted(set(levels), key=LEVELS.index) == list(LEVELS)
    assert levels == sorted(levels, key=LEVELS.index)
    assert {item.type for item in own_bank("test").item} == {"choice", "multi", "numeric", "output", "order"}
    assert len(run_bank().item) >= 8


def test_ids_are_unique_over_all_banks() -> None:
    everything = [item.id for item in (*ITEMS, *run_bank().item)]
    assert len(set(everything)) == len(everything)


def test_every_misconception_is_used() -> None:
    used = set(
        re.findall(r'misconception = "([A-Z0-9-]+)"', "".join(path.read_text("utf-8") for path in _bank_files()))
    )
    assert used == set(own_misconceptions())


def test_no_fault_of_the_page_is_repeated() -> None:
    for item in (*ITEMS, *run_bank().item):
        check_words(item)


def check_words(item: Item) -> None:
    """None of the page's wordings that were wrong, and no mind for the model."""
    said = "\n".join([*texts(item), item.code])
    for fault in (
        "steadily",
        "[OK]",
        "learning style",
        "inside a for loop",
        "meaningful",
        "token probabilities",
        "Layer 4",
    ):
        assert fault not in said, item.id
    assert not gives_model_a_mind(said)


def test_the_keys_of_the_practice_problems_are_the_pages() -> None:
    letters = ["ABCD"[item.key[0]] for item in own_bank("practice").item if isinstance(item, Choice)]
    assert letters == ["B", "D", "A", "A", "C"]


def test_a_solution_that_ends_in_the_wrong_option_is_found() -> None:
    item = own_bank("practice").item[1]
    wrong = item.model_copy(update={"solution": ("**Final answer: {option 2}.**",)})
    bank = own_bank("practice").model_copy(update={"item": (wrong,)})
    assert [problem.message for problem in lint(bank, own_misconceptions())] == [
        "the solution ends in option 2, which is wrong"
    ]


@pytest.mark.parametrize(
    ("text", "careless"),
    [
        ("The model knows that b follows.", True),
        ("It thinks before it answers.", True),
        ("The network understands Python.", True),
        ("The model assigns 0.37 to b.", False),
        ("You know the answer. The model continues the text.", False),
    ],
)
def test_the_lint_finds_words_that_give_the_model_a_mind(text: str, careless: bool) -> None:
    assert gives_model_a_mind(text) is careless


def test_the_window_never_gives_the_model_a_mind() -> None:
    source = Path(__file__).parents[2] / "codegen_desktop" / "ui" / "quiz"
    strings = re.findall(r'"([^"\n]+)"', "\n".join(path.read_text("utf-8") for path in source.glob("*.py")))
    assert not [text for text in strings if gives_model_a_mind(text)]


def test_the_example_of_the_format_is_held_but_what_cannot_be_asked_is_refused() -> None:
    bank = read_bank(Path(__file__).parent / "example.bank.toml")
    assert [item.type for item in bank.item] == ["choice", "numeric", "write"]
    assert check_key(bank.item[0], run_here) == ()
    messages = {(problem.item, problem.message) for problem in lint(bank, own_misconceptions())}
    assert ("code.split", "questions of type write cannot be asked yet") in messages
    assert [item.id for item in bank.shown] == ["py.dictcomp.lengths"]


def _bank_files() -> list[Path]:
    return sorted((Path(__file__).parents[2] / "resources" / "questions").glob("*.bank.toml"))
