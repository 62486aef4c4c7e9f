"""Questions about the learner's own run: each has exactly one right answer by computation, or is refused.

The questions are templates of a bank (`from_run`); this module fills them with the facts of a run. The facts a
question rests on are frozen in the item, so an answer can be marked again without the run.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from codegen_desktop.quiz.arithmetic import evaluate
from codegen_desktop.quiz.bank import own_bank
from codegen_desktop.quiz.items import Bank, Choice, FromRun, Item, Numeric, Option, Shown, Verify, Wrong, is_template
from codegen_desktop.quiz.run_facts import NotMeasured, RunFacts, fact_functions, fact_names

_HOLE = re.compile(r"\{(?!option \d)([^{}:]+)(?::([,+]?(?:\.\d)?[fg%]))?\}")
"""A place to fill: a formula over the facts, and how its value is written; `{name}` is the name of the run."""


_EPOCHS = re.compile(r"epochs >= (\d+)")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a run makes a question ambiguous, in a sentence for the learner."""

    item: str
    about: str
    why: str


def run_bank() -> Bank:
    """The templates of questions about a run that come with the program."""
    return own_bank("run")


def run_questions(bank: Bank, facts: RunFacts) -> tuple[tuple[Shown, ...], tuple[Refusal, ...]]:
    """Every question of a bank that this run can answer, in bank order, and the refusals of the others."""
    made = [make_question(item, facts) for item in bank.item if is_template(item)]
    asked = tuple(item for item in made if not isinstance(item, Refusal))
    return asked, tuple(item for item in made if isinstance(item, Refusal))


def make_question(item: Item, facts: RunFacts) -> Shown | Refusal:
    """The question a template gives for a run, or why it gives none.

    Raises QuizError where the template itself is wrong: an unknown function, or an option whose `when` cannot be
    computed.
    """
    assert isinstance(item, Choice | Numeric), "only choices and numbers are made from runs"
    assert item.from_run is not None, "an item without from_run is asked as it is"
    try:
        names = _named_facts(item, item.from_run, facts)
    except NotMeasured as missing:
        return Refusal(item.id, item.about, str(missing))
    if isinstance(names, str):
        return Refusal(item.id, item.about, names)
    filled = _fill_texts(item, names, facts.name)
    if isinstance(filled, Numeric):
        return _numeric(filled, item.from_run, names, facts.name)
    return _choice(filled, names, facts.name)


def fill(text: str, names: Mapping[str, float], run_name: str = "") -> str:
    """The text with every `{formula:format}` computed; `{option 2}` is left for whoever shows the letters."""

    def value(hole: re.Match[str]) -> str:
        if hole[1] == "name":
            return run_name
        number = evaluate(hole[1], names)
        return format(number, hole[2] or ",.0f").replace("%", "\u2009%").replace("-", "\u2212")

    return _HOLE.sub(value, text)


def _named_facts(item: Choice | Numeric, template: FromRun, facts: RunFacts) -> dict[str, float] | str:
    """The values of `let`, or the reason not to ask."""
    known = dict(fact_names(facts))
    for requirement in item.requires:
        if not evaluate(requirement, known):
            counted = _EPOCHS.fullmatch(requirement)
            return f"This needs a run {f'of at least {counted[1]} epochs' if counted else f'with {requirement}'}."
    functions = fact_functions(facts)
    names: dict[str, float] = {}
    for name, formula in template.let.items():
        names[name] = evaluate(formula, {**known, **names}, functions)
    for refuse in template.refuse:
        if evaluate(refuse.when, names):
            return refuse.why
    if template.refuse_if and evaluate(template.refuse_if, names):
        return "This run makes the question ambiguous."
    return names


def _fill_texts(item: Choice | Numeric, names: Mapping[str, float], run_name: str) -> Choice | Numeric:
    def fill_all(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(fill(text, names, run_name) for text in texts)

    return item.model_copy(
        update={
            "prompt": fill(item.prompt, names, run_name),
            "hint": fill_all(item.hint),
            "solution": fill_all(item.solution),
            "mistakes": fill_all(item.mistakes),
            "check": fill(item.check, names, run_name),
            "facts": dict(names),
            "from_run": None,
        }
    )


def _numeric(item: Numeric, template: FromRun, names: Mapping[str, float], run_name: str) -> Shown:
    answer = evaluate(template.answer, names)
    tolerance = evaluate(str(template.tolerance), names)
    wrong: dict[str, Wrong] = {}
    for formula, said in template.wrong.items():
        if abs(evaluate(formula, names) - answer) > 2 * tolerance + 1e-9:
            wrong[formula] = Wrong(why=fill(said.why, names, run_name), misconception=said.misconception)
    return item.model_copy(
        update={
            "answer": answer,
            "tolerance": tolerance,
            "unit": template.unit,
            "wrong": wrong,
            "verify": Verify(kind="value", expect=template.answer),
        }
    )


def _choice(item: Choice, names: Mapping[str, float], run_name: str) -> Shown | Refusal:
    options: list[Option] = []
    for option in item.option:
        holds = bool(evaluate(option.when, names))
        text, why = fill(option.text, names, run_name), fill(option.why, names, run_name)
        misconception = None if holds else option.misconception
        options.append(
            option.model_copy(update={"text": text, "why": why, "correct": holds, "misconception": misconception})
        )
    if sum(option.correct for option in options) != 1:
        return Refusal(item.id, item.about, "None of the answers, or more than one, is right for this run.")
    if len({option.text for option in options}) != len(options):
        return Refusal(item.id, item.about, "Two answers would read the same for this run.")
    return item.model_copy(update={"option": tuple(options), "verify": Verify(kind="facts")})
