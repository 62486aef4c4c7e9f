"""The whole lab over corpora that are unlike the built-in ones."""

import io
import json
from pathlib import Path

from codegen_desktop.config import TrainingOptions
from codegen_desktop.lab import Lab
from codegen_desktop.model.runs import load_run
from codegen_desktop.pipeline import FIXED_PROMPT, DatasetReady, TokenizerReady, fixed_prompts, whole_lab
from codegen_desktop.printing import print_events, print_report
from codegen_desktop.report import LabReport

TINY = TrainingOptions(
    preset="custom", epochs=1, layers=1, width=16, heads=2, feed_forward=16, batch=8, threads=1, device="cpu", seed=7
)


def write_records(path: Path, **fields: object) -> None:
    """Twelve records whose code differs in one number; `fields` are added to each."""
    lines = [{"code": f"def plus_{number}(a):\n    return a + {number}", **fields} for number in range(12)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def run(lab: Lab, corpus: Path) -> tuple[LabReport, str]:
    """Run the lab to its end and print it; gives the report and what was printed."""
    out = io.StringIO()
    report = print_events(whole_lab(lab, str(corpus), TINY), out, lab.heartbeat)
    print_report(report, out)
    return report, out.getvalue()


def test_tests_without_an_instruction_are_not_graded(lab: Lab, tmp_path: Path) -> None:
    write_records(tmp_path / "tasks.jsonl", tests=[["1", "2"]])
    report, printed = run(lab, tmp_path / "tasks.jsonl")
    assert report.as_json()["pass_at_1"] is None
    assert "pass@1: not measured" in printed


def test_instructions_longer_than_a_row_do_not_end_the_training(lab: Lab, tmp_path: Path) -> None:
    long = " ".join(f"word{number}" for number in range(200))
    write_records(tmp_path / "tasks.jsonl", instruction=long)
    report, printed = run(lab, tmp_path / "tasks.jsonl")
    assert load_run(lab).state == "finished"
    assert report.samples == ()
    assert "pass@1" in printed


def test_a_fixed_prompt_is_one_the_model_can_go_on_with(lab: Lab, tmp_path: Path) -> None:
    write_records(tmp_path / "tasks.jsonl")
    for event in whole_lab(lab, str(tmp_path / "tasks.jsonl"), TINY):
        match event:
            case DatasetReady():
                dataset = event.dataset
            case TokenizerReady():
                tokenizer = event.tokenizer
                break
    assert len(fixed_prompts(dataset, 7, tokenizer, 50)) == 5
    assert fixed_prompts(dataset, 7, tokenizer, 4) == (FIXED_PROMPT,)
