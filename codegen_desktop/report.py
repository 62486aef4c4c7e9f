"""What the whole lab found, and the exact JSON in which it is handed to other programs."""

from dataclasses import asdict, dataclass
from typing import Any

from codegen_desktop.generation.evaluate import Evaluation
from codegen_desktop.generation.report import Sample
from codegen_desktop.generation.trace import Completion, Prediction
from codegen_desktop.model.records import Baselines, EpochResult
from codegen_desktop.model.runs import Run

SHOWN_TOKENS = 10
"""How many of the likeliest tokens the trace lists."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the brief's four stages with the real shapes that went in and came out."""

    name: str
    shape_in: str
    shape_out: str


@dataclass(frozen=True, slots=True)
class LabReport:
    """Everything the whole lab found. `evaluation` is None where nothing could be graded; `ungraded` says why."""

    run: Run
    corpus: str
    stages: tuple[Stage, ...]
    trace: Completion
    samples: tuple[Sample, ...]
    evaluation: Evaluation | None
    ungraded: str = ""

    def as_json(self) -> dict[str, Any]:
        """The object that `codegen-desktop lab --json` prints; losses in nats per token."""
        run, found = self.run, self.evaluation
        return {
            "corpus": self.corpus,
            "seed": run.seed,
            "stages": [asdict(stage) for stage in self.stages],
            "epochs": [_epoch(result) for result in run.epochs if result.epoch > 0],
            "baselines": _baselines(run.baselines),
            "trace": _trace(self.trace),
            "samples": [{"prompt": s.prompt, "code": s.code, "verdict": s.verdict} for s in self.samples],
            "pass_at_1": None if found is None else {"passed": found.passed, "of": found.total},
            "parameters": run.parameters,
            "threads": run.threads,
            "device": run.device,
            "tokens_per_second": round(run.tokens_per_second, 1),
            **({"chosen_on_test": run.chosen_epoch} if run.chosen_epoch is not None else {}),
        }


def _epoch(result: EpochResult) -> dict[str, Any]:
    return {
        "epoch": result.epoch,
        "train_loss": result.train_loss,
        "test_loss": result.test_loss,
        "test_accuracy": result.test_accuracy,
        "bits_per_byte": result.bits_per_byte,
        "seconds": round(result.seconds, 3),
        "observation": result.observation,
    }


def _baselines(baselines: Baselines) -> dict[str, Any]:
    return {key: value for key, value in asdict(baselines).items() if key != "floor"}


def _trace(completion: Completion) -> dict[str, Any]:
    prediction = completion.predictions[0]
    record = prediction.trace
    assert record is not None, "the lab asks for a trace"
    return {
        "prompt": completion.prompt,
        "tokens": [{"id": token, "text": text} for token, text in zip(record.ids, record.texts, strict=True)],
        "embedding": {"shape": list(record.embeddings.shape)},
        "layers": [
            {
                "layer": number,
                "attention": [[round(float(share), 6) for share in head] for head in layer.attention],
                "best_guess": {"text": layer.lens[0].text, "probability": layer.lens[0].probability},
            }
            for number, layer in enumerate(record.layers, start=1)
        ],
        "probabilities": likeliest(prediction, SHOWN_TOKENS),
        "selection": {"id": prediction.id, "text": prediction.piece, "probability": prediction.probability},
    }


def likeliest(prediction: Prediction, count: int) -> list[dict[str, Any]]:
    """The `count` likeliest tokens of the model's own probabilities, the likeliest first."""
    chosen = prediction.selection
    texts = {token.id: token.text for token in prediction.runners_up} | {prediction.id: prediction.piece}
    pairs = zip(chosen.model.ids.tolist(), chosen.model.probabilities.tolist(), strict=True)
    return [{"id": i, "text": texts[i], "probability": p} for i, p in list(pairs)[:count] if i in texts]
