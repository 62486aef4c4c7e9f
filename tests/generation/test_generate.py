"""Streams of predictions: where they end, what they hold, and that they come out the same every time."""

import itertools

import numpy as np
import pytest

from codegen_desktop.config import SamplingOptions
from codegen_desktop.errors import GenerationError
from codegen_desktop.generation.batch import write_many
from codegen_desktop.generation.decoder import Decoder, Recording
from codegen_desktop.generation.generate import complete, encode_prompt, generate
from codegen_desktop.generation.sampling import softmax
from codegen_desktop.tokenization.tokenizer import END_ID, START_ID

PROMPT = "# add a and b\n"
GREEDY = SamplingOptions(temperature=0.0)


def finish(generator):
    yielded = []
    while True:
        try:
            yielded.append(next(generator))
        except StopIteration as stop:
            return yielded, stop.value


def with_favourite(decoder, weights, token):
    """A decoder that writes `token` always: its embedding points where the last norm's constant stream points."""
    changed = dict(weights)
    for name in weights:
        if name.endswith(("o_proj.weight", "down_proj.weight")):
            changed[name] = np.zeros_like(weights[name])
    embedding = np.ones_like(weights["model.embed_tokens.weight"])
    embedding[token] *= 3
    changed["model.embed_tokens.weight"] = embedding
    changed["model.norm.weight"] = np.ones_like(weights["model.norm.weight"])
    return Decoder(changed, decoder.shape)


def test_the_stream_is_the_completion(decoder, tokenizer):
    yielded, completion = finish(generate(decoder, tokenizer, PROMPT, SamplingOptions(max_tokens=12)))
    assert tuple(yielded) == completion.predictions
    assert "".join(prediction.text for prediction in yielded) == completion.text
    assert completion.code == PROMPT + completion.text
    assert completion.seconds > 0
    start = len(tokenizer.encode(PROMPT)) + 1
    assert [prediction.position for prediction in yielded] == list(range(start, start + len(yielded)))


def test_same_seed_and_settings_give_the_same_text_with_and_without_a_trace(decoder, tokenizer):
    options = SamplingOptions(temperature=1.5, top_k=50, seed=9)
    texts = {complete(decoder, tokenizer, PROMPT, options, trace=trace).text for trace in (True, False, True)}
    assert len(texts) == 1
    others = {complete(decoder, tokenizer, PROMPT, options.model_copy(update={"seed": n})).text for n in range(5)}
    assert len(others) == 5


def test_a_trace_holds_the_pass_that_chose_the_token(decoder, tokenizer, shape):
    _, completion = finish(generate(decoder, tokenizer, PROMPT, SamplingOptions(max_tokens=8, temperature=1.2)))
    prompt_ids = encode_prompt(decoder, tokenizer, PROMPT)
    written = [prediction.id for prediction in completion.predictions]
    for number, prediction in enumerate(completion.predictions):
        ids = prompt_ids + written[:number]
        T, trace = len(ids), prediction.trace
        assert list(trace.ids) == ids
        assert trace.texts[0] == "‹start›"
        assert "".join(trace.texts[1 : len(prompt_ids)]) == PROMPT
        assert np.array_equal(trace.embeddings, decoder.embed(ids))
        assert np.array_equal(trace.embedding, decoder.embed(ids)[-1])
        fresh = decoder.logits(decoder.extend(decoder.start(), np.array([ids])))[0]
        assert np.allclose(trace.logits, fresh, rtol=1e-4, atol=1e-4)
        own = softmax(trace.logits.astype(np.float64))
        assert prediction.probability == pytest.approx(own[prediction.id])
        assert len(trace.layers) == shape.layers
        for layer in trace.layers:
            assert layer.attention.shape == (shape.heads, T)
            assert np.allclose(layer.attention_map.sum(-1), 1, atol=1e-5)
            assert (np.triu(layer.attention_map, 1) == 0).all()
        recording = Recording()
        decoder.extend(decoder.start(), np.array([ids]), recording)
        for number_of_layer, layer in enumerate(trace.layers):
            for name in ("attention_update", "after_attention", "feed_forward_update", "after_feed_forward"):
                vectors = getattr(recording, name + "s" * name.endswith("update"))
                assert getattr(layer, name) == pytest.approx(np.linalg.norm(vectors[number_of_layer]), rel=1e-3)
        last = trace.layers[-1].lens
        assert [token.id for token in last] == prediction.selection.model.ids[:5].tolist()
        assert [token.probability for token in last] == pytest.approx(sorted(own)[::-1][:5])


def test_the_lens_of_a_layer_is_the_head_behind_it(decoder, tokenizer, weights, shape):
    prediction = next(generate(decoder, tokenizer, PROMPT, GREEDY))
    shallow = Decoder(weights, type(shape)(**{**as_fields(shape), "layers": 1}))
    ids = np.array([encode_prompt(decoder, tokenizer, PROMPT)])
    expected = softmax(shallow.logits(shallow.extend(shallow.start(), ids))[0].astype(np.float64))
    lens = prediction.trace.layers[0].lens
    assert [token.id for token in lens] == np.argsort(-expected)[:5].tolist()
    assert [token.probability for token in lens] == pytest.approx(np.sort(expected)[::-1][:5], rel=1e-4)
    bare = Decoder(weights, type(shape)(**{**as_fields(shape), "layers": 0}))
    of_input = softmax(bare.logits(bare.embed(ids[0]))[-1].astype(np.float64))
    assert [token.id for token in prediction.trace.input_lens] == np.argsort(-of_input)[:5].tolist()


def as_fields(shape):
    return {name: getattr(shape, name) for name in type(shape).__dataclass_fields__}


def test_it_ends_at_the_end_mark(decoder, tokenizer, weights):
    completion = complete(with_favourite(decoder, weights, END_ID), tokenizer, PROMPT, GREEDY)
    assert completion.ended == "end"
    assert completion.text == ""
    assert [prediction.id for prediction in completion.predictions] == [END_ID]
    assert completion.predictions[0].is_end
    assert completion.tokens == ()


def test_it_ends_after_the_most_tokens_and_when_the_row_is_full(decoder, tokenizer, weights, shape):
    token = tokenizer.encode("a")[0]
    endless = with_favourite(decoder, weights, token)
    short = complete(endless, tokenizer, PROMPT, GREEDY.model_copy(update={"max_tokens": 3}))
    assert (short.text, short.ended) == ("aaa", "length")
    full = complete(endless, tokenizer, PROMPT, GREEDY)
    assert full.ended == "length"
    assert len(encode_prompt(decoder, tokenizer, PROMPT)) + len(full.text) == shape.context + 1


def test_half_a_character_is_held_back(decoder, tokenizer, weights):
    heart = tokenizer.encode("♥")
    assert len(heart) == 3
    first = with_favourite(decoder, weights, heart[0])
    texts = [prediction.text for prediction in itertools.islice(generate(first, tokenizer, PROMPT, GREEDY), 2)]
    assert texts == ["", "�"]
    only = complete(first, tokenizer, PROMPT, GREEDY.model_copy(update={"max_tokens": 1}))
    assert only.text == "�"
    assert only.predictions[0].piece == "\\xe2"


@pytest.mark.parametrize("prompt", ["", "  \n", "# ", "#\n"])
def test_an_empty_prompt_is_refused(decoder, tokenizer, prompt):
    with pytest.raises(GenerationError, match="empty"):
        next(generate(decoder, tokenizer, prompt, GREEDY))


def test_a_prompt_that_cannot_be_continued_is_refused_with_advice(decoder, tokenizer, weights, shape):
    with pytest.raises(GenerationError, match="tokens; this model reads at most 39"):
        complete(decoder, tokenizer, "x = 1\n" * 40, GREEDY)
    with pytest.raises(GenerationError, match="half a character at position 3"):
        complete(decoder, tokenizer, "x \ud800", GREEDY)
    smaller = {**weights, "model.embed_tokens.weight": weights["model.embed_tokens.weight"][:100]}
    with pytest.raises(GenerationError, match="does not belong"):
        complete(Decoder(smaller, type(shape)(**{**as_fields(shape), "vocabulary": 100})), tokenizer, PROMPT, GREEDY)
    with pytest.raises(GenerationError, match="not numbers"):
        broken = {**weights, "model.norm.weight": np.full_like(weights["model.norm.weight"], np.nan)}
        complete(Decoder(broken, shape), tokenizer, PROMPT, GREEDY)


def test_the_longest_prompt_gets_one_token(decoder, tokenizer, shape):
    prompt = "".join(tokenizer.decode([token]) for token in tokenizer.encode("a = 1\n" * 20)[: shape.context - 1])
    completion = complete(decoder, tokenizer, prompt, GREEDY)
    assert len(encode_prompt(decoder, tokenizer, prompt)) == shape.context
    assert len(completion.predictions) == 1


PROMPTS = ("# add a and b\n", "def f(", "# multiply x and y\ndef", "x", "# divide left by right and then add price\n")


def test_many_prompts_at_once_give_what_each_gives_alone(decoder, tokenizer):
    prompts = [encode_prompt(decoder, tokenizer, prompt) for prompt in PROMPTS]
    for batch in (2, 5):
        progress, written = finish(write_many(decoder, prompts, GREEDY, batch=batch))
        for prompt, result in zip(PROMPTS, written, strict=True):
            alone = complete(decoder, tokenizer, prompt, GREEDY)
            assert result.ids == tuple(prediction.id for prediction in alone.tokens)
            assert result.ended == alone.ended
        assert (progress[-1].done, progress[-1].total) == (5, 5)


def test_sampled_rows_do_not_depend_on_the_batch(decoder, tokenizer):
    prompts = [encode_prompt(decoder, tokenizer, prompt) for prompt in PROMPTS]
    options = SamplingOptions(temperature=1.0, max_tokens=9)
    results = [finish(write_many(decoder, prompts, options, batch=batch))[1] for batch in (1, 3, 256)]
    assert results[0] == results[1] == results[2]
    assert all(len(row.ids) <= 9 for row in results[0])


def test_rows_leave_the_batch_when_they_end(decoder, weights):
    ending = with_favourite(decoder, weights, END_ID)
    _, written = finish(write_many(ending, [[START_ID, 20], [START_ID, 21, 22, 23]], GREEDY))
    assert [(row.ids, row.ended) for row in written] == [((), "end"), ((), "end")]
    assert finish(write_many(decoder, [], GREEDY))[1] == ()
