"""Parameter names, by what they hold: an instruction names the parameter, and the code uses that name."""

NUMBERS = (
    "numbers",
    "values",
    "scores",
    "prices",
    "ages",
    "sizes",
    "points",
    "costs",
    "marks",
    "weights",
    "levels",
    "sums",
    "heights",
    "grades",
    "rates",
    "steps",
)
NUMBER = (
    "n",
    "number",
    "value",
    "score",
    "price",
    "age",
    "size",
    "amount",
    "cost",
    "weight",
    "level",
    "height",
    "rate",
)
PAIR = (
    ("a", "b"),
    ("x", "y"),
    ("p", "q"),
    ("m", "n"),
    ("first", "second"),
    ("left", "right"),
    ("width", "height"),
    ("one", "other"),
)
COLUMNS = (("left", "right"), ("first", "second"), ("xs", "ys"), ("ups", "downs"), ("old", "new"), ("here", "there"))
TEXT = ("text", "name", "line", "title", "message", "label", "sentence", "phrase")
WORDS = ("words", "names", "lines", "titles", "labels", "tags", "files", "colors", "cities", "animals")
TABLE = ("prices", "ages", "stock", "points", "table", "counts", "budget", "totals", "wages", "limits")
ROWS = ("rows", "grid", "matrix", "lists", "groups", "teams", "board", "batches")
PAIRS = ("pairs", "points", "edges", "ranges", "spans", "moves", "games", "offers")
LIMIT = ("n", "limit", "count", "top", "stop", "last", "size", "bound")

ALL = frozenset(
    (
        *NUMBERS,
        *NUMBER,
        *(name for pair in (*PAIR, *COLUMNS) for name in pair),
        *TEXT,
        *WORDS,
        *TABLE,
        *ROWS,
        *PAIRS,
        *LIMIT,
    )
)
"""Every parameter name that the grammar can write."""
