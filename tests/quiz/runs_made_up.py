"""Made-up runs of every shape: the questions have to be right for all of them."""

import math
import random

from codegen_desktop.model.records import Baselines, BaselineScore, EpochResult
from codegen_desktop.quiz.run_facts import RunFacts


def epoch(number: int, train: float, test: float, accuracy: float) -> EpochResult:
    """An epoch with the numbers that questions ask for."""
    return EpochResult(number, train, accuracy, test, accuracy, test / 3, 10.0)


def good_run() -> RunFacts:
    """A run like the reference one: every question can be asked."""
    rows = [(0, 7.62, 7.62, 0.0), (1, 2.9, 1.42, 0.55), (2, 1.3, 1.12, 0.66), (3, 1.05, 0.98, 0.72)]
    rows += [(4, 0.93, 0.90, 0.76), (5, 0.84, 0.87, 0.77)]
    return RunFacts("Run 3", 2048, 8000, 2000, tuple(epoch(*row) for row in rows), baselines(0.60, 0.71), 1880, 2000)


def baselines(bigram_accuracy: float, floor: float | None) -> Baselines:
    """Counting scores; only the pair table's accuracy and the floor are asked about."""
    score = BaselineScore(2.0, bigram_accuracy, 1.0)
    return Baselines(BaselineScore(7.6, 0.0005, 3.0), BaselineScore(4.0, 0.1, 2.0), score, score, floor)


def random_run(seed: int) -> RunFacts:
    """Any run at all: falling, rising, flat, jagged, short, without baselines, with uneven parts."""
    source = random.Random(seed)
    vocabulary = source.choice([300, 512, 1000, 1024, 2048, 4096])
    shape = source.choice(["fall", "rise", "valley", "jagged", "flat"])
    loss, accuracy = source.uniform(1.0, 5.0), source.uniform(0.05, 0.7)
    rows = [epoch(0, 7.0, math.log(vocabulary) + source.uniform(-0.15, 0.15), 0.0)] if source.random() < 0.8 else []
    count = source.randint(0, 8)
    for number in range(1, count + 1):
        falling = {"fall": True, "rise": False, "valley": number < count / 2, "jagged": source.random() < 0.5}
        step = source.uniform(0.001, 0.3) if shape != "flat" else source.uniform(0, 0.004)
        loss *= 1 - step if falling.get(shape, True) else 1 + step
        accuracy = min(0.999, accuracy + source.uniform(-0.02, 0.12))
        rows.append(epoch(number, loss * source.uniform(0.8, 1.2), loss, accuracy))
    total = source.choice([10, 100, 2000, 10_000, 8469, 37])
    train = source.choice([round(total * 0.8), round(total * 0.9), total // 2, total])
    counted = baselines(source.uniform(0.2, 0.6), source.choice([None, 0.4])) if source.random() < 0.8 else None
    judged = source.choice([None, 0, 10, 2000])
    passed = None if judged is None else source.randint(0, judged)
    return RunFacts(f"Run {seed}", vocabulary, train, total - train, tuple(rows), counted, passed, judged)
