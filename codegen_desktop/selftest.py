"""`codegen-desktop selftest`: proves that an installation works, one short line for each part."""

import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from codegen_desktop.config import PRESETS
from codegen_desktop.errors import UserError
from codegen_desktop.lab import Lab


class SelftestError(UserError):
    """A part of the installation does not do what it should."""


Check = Callable[[Path], str]
"""A check gets an empty folder and says what it saw."""


def run_selftest() -> int:
    """Run every check; 0 when all passed, else 1 with the reasons printed."""
    passed = [_passes(name, check) for name, check in PARTS]
    return 0 if all(passed) else 1


def _passes(name: str, check: Check) -> bool:
    """Run one check in a folder of its own and print what it saw.

    Whatever it raises is a finding, not an end: the other parts are still looked at. Where the words do not say what
    to mend, the traceback goes to standard error.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="codegen-selftest-", ignore_cleanup_errors=True) as folder:
            seen = check(Path(folder))
    except Exception as error:
        print(f"FAILED  {name}: {str(error) or type(error).__name__}", flush=True)
        if not isinstance(error, UserError):
            traceback.print_exception(error)
        return False
    print(f"ok      {name}: {seen}", flush=True)
    return True


def check_lab(folder: Path) -> str:
    """Write a Lab, close it, read it again."""
    with Lab.create(folder / "test.cglab") as lab, lab.transaction() as connection:
        name = lab.put_blob(connection, b"kept")
    with Lab.open(folder / "test.cglab") as lab:
        if lab.get_blob(name) != b"kept":
            raise SelftestError("the Lab gave back something else")
    return "written and read"


def check_sandbox(_folder: Path) -> str:
    """Run one program, and try to open a file from it."""
    from codegen_desktop.generation.sandbox import run

    outcome = run("def double(x):\n    return 2 * x\n", ("double(21)",))
    if outcome.results != ("42",):
        raise SelftestError(f"{outcome.verdict}: {outcome.exception}")
    escape = run("open('/etc/passwd')")
    if escape.verdict != "error":
        raise SelftestError("a program could open a file")
    return f"2 * 21 = 42, a file stays shut ({outcome.protection})"


def check_training(_folder: Path) -> str:
    """One optimizer step on forty small functions, and one greedy token from the NumPy decoder."""
    from codegen_desktop.generation.decoder import Decoder
    from codegen_desktop.generation.fixed_prompts import GREEDY
    from codegen_desktop.generation.generate import complete
    from codegen_desktop.model.baselines import baselines
    from codegen_desktop.model.records import CheckpointTaken, TrainingJob, TrainStep, Wishes
    from codegen_desktop.model.rows import make_rows
    from codegen_desktop.model.shape import ModelShape
    from codegen_desktop.model.train import train
    from codegen_desktop.tokenization.registry import learn_tokenizer

    texts = [f"# add {number}\ndef plus_{number}(a): return a + {number}" for number in range(40)]
    tokenizer = learn_tokenizer("bpe", texts, 400)
    options = PRESETS["quick"].model_copy(update={"epochs": 1, "threads": 1})
    shape = ModelShape(tokenizer.vocabulary_size, 1, 32, 2, 64, options.context)
    rows = make_rows(tokenizer, texts, options.context)
    job = TrainingJob(options, shape, rows, rows, baselines(rows, rows, shape.vocabulary))
    wishes = Wishes()
    loss, weights = None, None
    for event in train(job, wishes=wishes):
        if isinstance(event, TrainStep):
            loss = event.loss
            wishes.stop = True
        elif isinstance(event, CheckpointTaken):
            weights = event.weights
    if loss is None or weights is None:
        raise SelftestError("no step was made")
    completion = complete(Decoder(weights, shape), tokenizer, "def add(a,", GREEDY)
    return f"one step, loss {loss:.2f}; {len(completion.predictions)} tokens written"


def check_window(folder: Path) -> str:
    """Open the real window and draw its five tabs."""
    from codegen_desktop.ui.torch_loading import load_torch_before_qt

    load_torch_before_qt()
    from codegen_desktop.ui.screenshot import take_screenshots

    take_screenshots(folder / "pictures", size=(1024, 640))
    pictures = sorted(path.stem for path in (folder / "pictures").glob("*.png"))
    if len(pictures) != 5:
        raise SelftestError(f"only these tabs were drawn: {pictures}")
    return f"{', '.join(pictures)} drawn"


PARTS: tuple[tuple[str, Check], ...] = (
    ("lab", check_lab),
    ("sandbox", check_sandbox),
    ("training", check_training),
    ("window", check_window),
)
