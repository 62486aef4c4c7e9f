"""The other peer: Hugging Face `transformers`, a `Qwen3ForCausalLM` of exactly our shape, trained by its `Trainer`.

Written as a person would who follows its guide to causal language modelling: a data set of token ids, its own padding
collator, its own optimizer and settings; only the batch, the number of steps and the processor are named. Needs the
optional dependencies `pip install .[benchmark]`.
"""

import logging
import tempfile
import time
import warnings
from typing import Any

import torch
from tokenizers import Tokenizer as Backend
from transformers import (
    DataCollatorForLanguageModeling,
    PreTrainedTokenizerFast,
    PrinterCallback,
    Qwen3Config,
    Qwen3ForCausalLM,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)
from transformers.utils import logging as its_logging

from codegen_desktop.model.rows import Rows
from codegen_desktop.model.shape import ModelShape
from codegen_desktop.tokenization.tokenizer import END, PAD, START, START_ID, Tokenizer

WARM_UP = 5
"""Steps of each round that are not timed: `Trainer` prepares everything anew whenever it is called."""


class TrainerPeer:
    """A model that is trained on, some steps at a time."""

    def __init__(self, shape: ModelShape, rows: Rows, tokenizer: Tokenizer, batch: int, seed: int) -> None:
        self.batch, self.seed = batch, seed
        torch.manual_seed(seed)
        self.model = Qwen3ForCausalLM(_config(shape))
        assert self.model.num_parameters() == shape.parameters, "exactly our shape"
        self._texts = [{"input_ids": [START_ID, *rows.row(number).tolist()]} for number in range(len(rows))]
        backend = PreTrainedTokenizerFast(
            tokenizer_object=Backend.from_str(tokenizer.to_json()), pad_token=PAD, bos_token=START, eos_token=END
        )
        self._collator = CountingCollator(DataCollatorForLanguageModeling(backend, mlm=False))

    def round(self, steps: int) -> tuple[int, float, float]:
        """Real tokens, processor seconds and wall seconds of some steps."""
        watch = StopWatch()
        self._collator.counts.clear()
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            settings = TrainingArguments(
                folder,
                per_device_train_batch_size=self.batch,
                max_steps=WARM_UP + steps,
                use_cpu=True,
                seed=self.seed,
                report_to="none",
                save_strategy="no",
                disable_tqdm=True,
            )
            trainer = Trainer(
                model=self.model,
                args=settings,
                train_dataset=self._texts,
                data_collator=self._collator,
                callbacks=[watch],
            )
            trainer.remove_callback(PrinterCallback)
            trainer.train()
        tokens = sum(self._collator.counts[WARM_UP : WARM_UP + steps])
        return tokens, watch.ends[-1][0] - watch.ends[WARM_UP - 1][0], watch.ends[-1][1] - watch.ends[WARM_UP - 1][1]


class StopWatch(TrainerCallback):
    """Notes processor and wall seconds at the end of every step."""

    def __init__(self) -> None:
        self.ends: list[tuple[float, float]] = []

    def on_step_end(self, *_: Any, **__: Any) -> None:
        """Called by the `Trainer`."""
        self.ends.append((time.process_time(), time.perf_counter()))


class CountingCollator:
    """Passes on to the collator and counts the real targets: labels that are not left out, but for each row's first."""

    def __init__(self, collator: Any) -> None:
        self._collator = collator
        self.counts: list[int] = []

    def __call__(self, texts: list[dict[str, Any]]) -> Any:
        """A padded batch."""
        made = self._collator(texts)
        self.counts.append(int((made["labels"][:, 1:] != -100).sum()))
        return made


def be_quiet() -> None:
    """Only errors are printed."""
    its_logging.set_verbosity_error()
    logging.getLogger("accelerate").setLevel(logging.ERROR)


def _config(shape: ModelShape) -> Qwen3Config:
    return Qwen3Config(
        vocab_size=shape.vocabulary,
        hidden_size=shape.width,
        intermediate_size=shape.feed_forward,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.heads,
        head_dim=shape.head_width,
        max_position_embeddings=shape.context + 1,
        rope_theta=shape.rope_base,
        rms_norm_eps=shape.norm_epsilon,
        tie_word_embeddings=True,
        use_cache=False,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )
