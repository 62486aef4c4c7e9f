"""A training that is killed at random moments goes on to the same bits; the short form of the benchmark of 50 kills."""

import subprocess
import sys

import pytest

from tests.benchmarks.kill_and_resume import Curve


@pytest.mark.slow
def test_a_killed_training_goes_on_to_the_bit() -> None:
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.kill_and_resume",
        "--kills",
        "6",
        "--seed",
        "3",
        "--snippets",
        "96",
    ]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout.splitlines()[-1] == "Every bit is the same."
    assert "6 kills" in answer.stdout


def test_the_comparison_sees_every_difference() -> None:
    whole, other = Curve(), Curve()
    for curve, last in ((whole, 0.5), (other, 0.5000000000000001)):
        curve.add({"event": "step", "step": 1, "loss": last, "seconds": 1.0})
        curve.add({"event": "epoch", "epoch": 1, "loss": last, "seconds": 1.0})
        curve.add({"event": "checkpoint", "step": 1, "sha256": str(last)})
    assert other.differences(whole) == ["step 1", "epoch 1", "weights after step 1"]
    assert whole.differences(whole) == []
    whole.add({"event": "step", "step": 2, "loss": 0.4, "seconds": 1.0})
    assert whole.differences(other)[-1] == "weights after step 1"
    assert "step 2" in whole.differences(other)
