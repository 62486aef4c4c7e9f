"""What a question is: one frozen, validated model for each type of item of the format `cgd-bank/1`.

Texts know three marks: `code` between back quotes, **bold**, and {option 2}, which becomes the letter under which the
second option is shown. Indices of options and lines count from 0 everywhere else.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Stage = Literal["data", "tokenise", "split", "baseline", "train", "generate", "evaluate", "python", "ethics"]
Level = Literal["easy", "medium", "hard"]
LEVELS: tuple[Level, ...] = ("easy", "medium", "hard")

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.\-]{0,79}$")]
"""A stable id: lower-case letters, digits, dots, dashes, at most 80 characters."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Misconception = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*-[A-Z0-9-]{1,40}$")]


class Part(BaseModel):
    """The base of everything in a bank: frozen, and unknown keys are refused so that no misspelt one is lost."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(Part):
    """A picture beside the question and what it shows in words."""

    file: str = ""
    alt: str = ""

    @model_validator(mode="after")
    def _has_words(self) -> "Figure":
        if self.file and not self.alt.strip():
            raise ValueError("a figure needs alt, the picture in words")
        return self


class Mark(Part):
    """A line of the code (counted from 1) that is pointed at once the question is answered, and a few words."""

    line: int = Field(ge=1)
    text: Text


class Verify(Part):
    """How the key is proven by running something; `taught` says that a person vouches for it.

    eval_options     each option is an expression; the right ones equal `expect` in value and type
    run_options      each option between `before` and `after` is a program; the right ones print `expect`
    compile_options  each option, followed by `after`, is Python source; exactly the right ones compile
    shown_by         each option has a program that prints its text; the right one's computes what is asked
    stdout           `code` (or the lines of an order item) prints the key, or ends in the error named by it
    error            `code` ends in the error `expect` at `line`; `mended` prints `prints`
    value            the formula `expect` gives the answer of a numeric item, with the item's facts as names
    facts            each option's formula `when` is true for exactly the right options
    taught           nothing can be executed; `source` says what the key rests on
    """

    kind: Literal[
        "eval_options", "run_options", "compile_options", "shown_by", "stdout", "error", "value", "facts", "taught"
    ]
    expect: str = ""
    exactly_one: bool = True
    before: str = ""
    after: str = ""
    line: int | None = None
    mended: str = ""
    prints: str = ""
    source: str = ""


class Option(Part):
    """One answer to choose. `shown_by` is a program that prints this option's text or ends in the error it names."""

    text: Text
    correct: bool = False
    why: str = ""
    misconception: Misconception | None = None
    shown_by: str = ""
    when: str = ""


class Wrong(Part):
    """What is said to one foreseen wrong answer, and the misconception it points to; a bare text is its `why`."""

    why: Text
    misconception: Misconception | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return {"why": value} if isinstance(value, str) else value


class Refuse(Part):
    """When a run makes a question ambiguous (a formula over its facts), and what the learner is told instead."""

    when: Text
    why: Text


class FromRun(Part):
    """How a question is made from the facts of a run; see `run_questions`.

    `let` names facts, each a formula over fact functions and the names before it. A numeric item has `answer` and
    `tolerance`, both formulas over these names, and `wrong` ones; in a choice each option's `when` decides.
    `requires` of the item, `refuse_if` and `refuse` are formulas that say when the question is not asked.
    """

    let: dict[Name, Text] = Field(min_length=1)
    answer: str = ""
    tolerance: float | str = 0.0
    unit: str = ""
    refuse_if: str = ""
    refuse: tuple[Refuse, ...] = ()
    wrong: dict[str, Wrong] = Field(default_factory=dict)


class Base(Part):
    """What every item has, whatever its type."""

    id: Name
    stage: Stage
    skill: tuple[Name, ...] = Field(min_length=1)
    level: Level
    about: str = Field(default="", max_length=40)
    prompt: Text
    code: str = ""
    marks: tuple[Mark, ...] = ()
    figure: Figure | None = None
    hint: tuple[Text, ...] = ()
    solution: tuple[Text, ...] = ()
    check: str = ""
    mistakes: tuple[Text, ...] = ()
    see: str = ""
    verify: Verify | None = None
    requires: tuple[str, ...] = ()
    facts: dict[str, float] = Field(default_factory=dict)
    points: float = Field(default=1.0, gt=0, le=100)
    time_s: int | None = Field(default=None, gt=0)
    mode: tuple[Literal["practice", "exam"], ...] = ("practice", "exam")
    source: str = ""

    @property
    def title(self) -> str:
        """A few words that say what the question is about."""
        return self.about or self.prompt.splitlines()[0][:60]


class _WithOptions(Base):
    option: tuple[Option, ...] = Field(min_length=2, max_length=8)
    options_are_code: bool = False
    shuffle: bool = True

    @property
    def key(self) -> tuple[int, ...]:
        """The indices of the right options."""
        return tuple(index for index, option in enumerate(self.option) if option.correct)


class Choice(_WithOptions):
    """One of several options is right."""

    type: Literal["choice"] = "choice"
    from_run: FromRun | None = None

    @model_validator(mode="after")
    def _one_key(self) -> "Choice":
        if self.from_run is not None:
            if self.key or not all(option.when for option in self.option):
                raise ValueError("in a choice made from a run every option has when, and none is marked correct")
        elif len(self.key) != 1:
            raise ValueError(f"a choice has exactly one right option; {len(self.key)} are marked correct")
        return self


class Multi(_WithOptions):
    """One or more options are right, and all of them are to be chosen."""

    type: Literal["multi"] = "multi"

    @model_validator(mode="after")
    def _some_key(self) -> "Multi":
        if not self.key:
            raise ValueError("no option is marked correct")
        return self


class Numeric(Base):
    """A number within `tolerance` (absolute); `wrong` names formulas and what is said to whoever used them."""

    type: Literal["numeric"] = "numeric"
    answer: float | None = Field(default=None, allow_inf_nan=False)
    tolerance: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    unit: str = ""
    decimals: int = Field(default=0, ge=0, le=6)
    wrong: dict[str, Wrong] = Field(default_factory=dict)
    from_run: FromRun | None = None

    @model_validator(mode="after")
    def _has_key(self) -> "Numeric":
        if (self.answer is None) == (self.from_run is None):
            raise ValueError("a numeric item has either answer or from_run")
        if self.from_run is not None and not self.from_run.answer:
            raise ValueError("from_run has no answer")
        return self


class Output(Base):
    """What a program prints, typed by the learner; an error counts by its name. `wrong` is keyed by other outputs."""

    type: Literal["output"] = "output"
    code: Text
    answer: str
    wrong: dict[str, Wrong] = Field(default_factory=dict)


class Line(Part):
    """One line to put in order, and why it stands where it stands."""

    text: Text
    why: str = ""


class Order(Base):
    """Lines in their right order; `orders` lists further orders that are right too, as indices into `line`."""

    type: Literal["order"] = "order"
    line: tuple[Line, ...] = Field(min_length=3, max_length=12)
    orders: tuple[tuple[int, ...], ...] = ()
    lines_are_code: bool = False
    misconception: Misconception | None = None

    @model_validator(mode="after")
    def _orders_fit(self) -> "Order":
        everything = list(range(len(self.line)))
        if any(sorted(order) != everything for order in self.orders):
            raise ValueError("each of orders lists every line once, by its number from 0")
        if len({line.text for line in self.line}) != len(self.line):
            raise ValueError("two lines are the same, so their order cannot be told apart")
        return self

    @property
    def right_orders(self) -> tuple[tuple[int, ...], ...]:
        """Every order that counts as right."""
        return (tuple(range(len(self.line))), *self.orders)


class TypedText(Base):
    """A word or a phrase, or the blanks of a code, compared with a list of right answers."""

    type: Literal["text", "blank"]
    answers: tuple[Text, ...] = Field(min_length=1)


class Parsons(Base):
    """Lines of code to be put in order and indented, with lines that do not belong."""

    type: Literal["parsons"]
    line: tuple[Line, ...] = Field(min_length=2)
    distractor: tuple[Line, ...] = ()
    tests: str = ""


class Limits(Part):
    """What a learner's program may use."""

    seconds: float = Field(default=2, gt=0, le=60)
    memory_mb: int = Field(default=256, ge=16, le=4096)
    output_kb: int = Field(default=64, ge=1, le=4096)


class Program(Base):
    """A program to mend or to write, judged by tests."""

    type: Literal["fixbug", "write"]
    starter: str
    tests: Text
    hidden_tests: str = ""
    reference: Text
    forbid: tuple[str, ...] = ()
    limits: Limits = Limits()


class Match(Base):
    """Pairs to be found."""

    type: Literal["match"]
    pair: tuple[tuple[Text, Text], ...] = Field(min_length=2)


class Point(Base):
    """A place on a plot or a token strip."""

    type: Literal["point"]
    series: Text
    low: float
    high: float


class Explain(Base):
    """A short text, judged by the learner or a teacher against a list of points."""

    type: Literal["explain"]
    rubric: tuple[Text, ...] = Field(min_length=1)


Shown = Choice | Multi | Numeric | Output | Order
"""The types that can be asked in the window today."""

Item = Annotated[
    Choice | Multi | Numeric | Output | Order | TypedText | Parsons | Program | Match | Point | Explain,
    Field(discriminator="type"),
]
SHOWN_TYPES = ("choice", "multi", "numeric", "output", "order")


class Bank(Part):
    """A set of items with its name, version and licence, in the order they are asked."""

    format: Literal["cgd-bank/1"]
    id: Name
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    sentence: str = ""
    license: Text
    authors: tuple[str, ...] = ()
    language: str = "en"
    item: tuple[Item, ...] = Field(min_length=1, max_length=2_000)

    @property
    def shown(self) -> tuple[Shown, ...]:
        """The items that can be asked as they are, without a run."""
        asked = (item for item in self.item if isinstance(item, Choice | Multi | Numeric | Output | Order))
        return tuple(item for item in asked if not is_template(item))


def is_template(item: Base) -> bool:
    """Whether the item has to be filled with the facts of a run before it can be asked."""
    return isinstance(item, Choice | Numeric) and item.from_run is not None
