"""The headless door: the same domain code as the window, for terminals, scripts and tests."""

import argparse
import contextlib
import io
import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from codegen_desktop.config import PRESETS, Preset, SamplingOptions, TrainingOptions
from codegen_desktop.errors import UserError
from codegen_desktop.lab import Lab
from codegen_desktop.model.breaking import BROKEN

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
M = TypeVar("M", bound=BaseModel)


def run(arguments: Sequence[str]) -> int:
    """Run one command line (without the program's name); returns the exit status.

    0: done; 1: whoever read the output has gone; 2: something a person can mend, said on standard error;
    130: interrupted, what was saved stays.
    """
    options = _parser().parse_args(arguments)
    _print_what_the_terminal_can()
    try:
        with _output():
            status: int = options.command(options)
        return status
    except UserError as error:
        logging.getLogger(__name__).info("refused", exc_info=error)
        print(f"codegen-desktop: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. Everything saved before still holds.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 1


def _print_what_the_terminal_can() -> None:
    """Let characters that the terminal's encoding does not have be printed as their escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextlib.contextmanager
def _output() -> Iterator[None]:
    """Write all output before the program ends, so that a failure can still be said.

    After one nothing more is written: Python would try again at its end and complain. Raises UserError where the
    disk is full.
    """
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        with contextlib.suppress(OSError, ValueError), Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise UserError(f"This could not be read or written: {error}.", "Check the disk and the path.") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="codegen-desktop", description="Train a small model that writes Python, and see why it chose every token."
    )
    parser.add_argument("--version", action="store_true", help="print the versions that matter and exit")
    parser.add_argument("--screenshot", metavar="FOLDER", type=Path, help="save a picture of every tab and exit")
    parser.add_argument("--lab", metavar="FILE", type=Path, help="the Lab file to open")
    parser.add_argument("--size", type=_size, default=(1440, 900), metavar="WxH", help="size of the pictures")
    parser.add_argument("--dark", action="store_true", help="dark colours")
    parser.add_argument("--text-scale", type=_text_scale, default=1.0, metavar="FACTOR", help="text size, 1.0 to 2.0")
    parser.set_defaults(command=_window)
    commands = parser.add_subparsers(metavar="COMMAND")
    _add_lab(commands)
    _add_train(commands)
    _add_generate(commands)
    _add_metrics(commands)
    _add_selftest(commands)
    return parser


def _add_lab(commands: Commands) -> None:
    """The whole lab at once."""
    lab = commands.add_parser("lab", help="run the whole lab: snippets, tokens, training, generation, evaluation")
    lab.add_argument("--corpus", metavar="starter|stdlib|PATH", help="what to learn from (default: starter)")
    lab.add_argument("--preset", choices=[name for name in get_args(Preset) if name in PRESETS], default="reference")
    lab.add_argument("--seed", type=int, default=42, help="the same seed gives the same curve")
    lab.add_argument("--threads", type=int, default=0, help="processor threads; 0 measures the best number once")
    lab.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    lab.add_argument("--lab", metavar="FILE.cglab", type=Path, default=argparse.SUPPRESS, help="where the run is kept")
    lab.add_argument("--json", action="store_true", help="print one JSON object; progress goes to standard error")
    lab.set_defaults(command=_lab)


def _add_train(commands: Commands) -> None:
    """Training alone, or going on with it."""
    train = commands.add_parser("train", help="train in a Lab, or go on with a run that ended early")
    train.add_argument("--lab", metavar="FILE.cglab", type=Path, required=True, default=argparse.SUPPRESS)
    train.add_argument("--preset", choices=list(PRESETS), help="the options to begin with (default: reference)")
    names = ", ".join(name for name in TrainingOptions.model_fields if name != "preset")
    train.add_argument(
        "--option", metavar="NAME=VALUE", action="append", default=[], help=f"change an option, repeatable: {names}"
    )
    train.add_argument("--resume", action="store_true", help="go on with the newest run that ended early")
    train.add_argument("--run", metavar="NAME|NUMBER", default="", help="with --resume: go on with this run")
    keys = ", ".join(broken.key for broken in BROKEN)
    train.add_argument("--broken", metavar="KEY", default="", help=f"train a pipeline broken on purpose: {keys}")
    train.add_argument("--json-events", action="store_true", help="print one JSON object a line for every event")
    train.set_defaults(command=_train)


def _add_generate(commands: Commands) -> None:
    """Writing with a trained model."""
    generate = commands.add_parser("generate", help="complete a prompt with the last trained run of a Lab")
    generate.add_argument("--lab", metavar="FILE.cglab", type=Path, required=True, default=argparse.SUPPRESS)
    generate.add_argument("--prompt", metavar="TEXT", required=True, help="an instruction or a beginning of code")
    generate.add_argument("--after", metavar="TEXT", default="", help="what comes after the gap the model is to fill")
    _add_option_flags(generate, SamplingOptions)
    generate.add_argument("--json", action="store_true", help="print one JSON object")
    generate.set_defaults(command=_generate)


def _add_metrics(commands: Commands) -> None:
    """What a run measured, for other programs."""
    metrics = commands.add_parser("export-metrics", help="write what a run measured, for other programs")
    metrics.add_argument("--lab", metavar="FILE.cglab", type=Path, required=True, default=argparse.SUPPRESS)
    metrics.add_argument("--run", metavar="NAME|NUMBER", default="", help="which run (default: the newest)")
    metrics.add_argument("--to", metavar="FOLDER", type=Path, default=Path(), help="where to write (default: here)")
    metrics.add_argument("--format", choices=("csv", "jsonl", "tensorboard"), default="csv")
    metrics.set_defaults(command=_export_metrics)


def _add_selftest(commands: Commands) -> None:
    """Whether the installation works."""
    selftest = commands.add_parser("selftest", help="check that this installation works, and exit 0")
    selftest.set_defaults(command=_selftest)


def _window(options: argparse.Namespace) -> int:
    if options.version:
        from codegen_desktop.ui.versions import version_lines

        print(", ".join(version_lines()))
        return 0
    from codegen_desktop.ui.torch_loading import load_torch_before_qt

    load_torch_before_qt()
    from codegen_desktop.ui import app

    if options.screenshot is not None:
        from codegen_desktop.ui.screenshot import take_screenshots

        return take_screenshots(options.screenshot, options.lab, options.size, options.dark, options.text_scale)
    return app.run(options.lab, dark=True if options.dark else None, text_scale=options.text_scale)


def _lab(options: argparse.Namespace) -> int:
    from codegen_desktop import pipeline, printing
    from codegen_desktop.command_lab import opened_lab

    training = _with(
        PRESETS[options.preset], {"seed": options.seed, "threads": options.threads, "device": options.device}
    )
    out = sys.stderr if options.json else sys.stdout
    with opened_lab(getattr(options, "lab", None), out) as lab:
        events = pipeline.whole_lab(lab, options.corpus, training)
        report = printing.print_events(events, out, lab.heartbeat)
    if options.json:
        print(json.dumps(report.as_json()))
    else:
        printing.print_report(report, out)
    return 0


def _train(options: argparse.Namespace) -> int:
    from codegen_desktop.training_command import train

    return train(options)


def _generate(options: argparse.Namespace) -> int:
    from codegen_desktop import pipeline

    sampling = _options_from(SamplingOptions, options)
    with Lab.open(options.lab, read_only=True) as lab:
        answer = pipeline.answer(lab, options.prompt, sampling, options.after)
    if options.json:
        print(json.dumps(answer))
        return 0
    if "chosen_on_test" in answer:
        print(f"Written by the model of epoch {answer['chosen_on_test']}, chosen on test.", file=sys.stderr)
    for sample in answer["samples"]:
        print(sample["code"])
    return 0


def _export_metrics(options: argparse.Namespace) -> int:
    from codegen_desktop.export.metrics import export_metrics, find_run

    with Lab.open(options.lab, read_only=True) as lab:
        print(export_metrics(lab, find_run(lab, options.run).id, options.to, options.format))
    return 0


def _selftest(_options: argparse.Namespace) -> int:
    from codegen_desktop.selftest import run_selftest

    return run_selftest()


def _add_option_flags(parser: argparse.ArgumentParser, model: type[BaseModel]) -> None:
    """Give a command one flag for every field of an option model, with its help and default."""
    for name, field in model.model_fields.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            dest=name,
            type=_kind(field),
            default=None,
            metavar=name.upper()[:1],
            help=f"{field.description} (default {field.default})",
        )


def _kind(field: FieldInfo) -> Any:
    return field.annotation if field.annotation in (int, float) else str


def _options_from(model: type[M], options: argparse.Namespace) -> M:
    given = {name: value for name in model.model_fields if (value := getattr(options, name, None)) is not None}
    return _with(model(), given)


def _with(base: M, changes: dict[str, Any]) -> M:
    try:
        return type(base).model_validate({**base.model_dump(), **changes})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise UserError(
            f"--{name.replace('_', '-')} {changes.get(name)}: {first['msg']}.", "Choose another value."
        ) from error


def _size(text: str) -> tuple[int, int]:
    try:
        width, height = (int(part) for part in text.lower().split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not WIDTHxHEIGHT, such as 1440x900") from None
    if not (640 <= width <= 7680 and 480 <= height <= 4320):
        raise argparse.ArgumentTypeError(f"{text} is outside 640x480 to 7680x4320")
    return width, height


def _text_scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a number") from None
    if not 1.0 <= scale <= 2.0:
        raise argparse.ArgumentTypeError(f"{text} is outside 1.0 to 2.0")
    return scale
