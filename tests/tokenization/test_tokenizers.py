"""What every tokenizer must do: give back exactly the text, say what each token is, and mean the same elsewhere."""

import json
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer as HuggingFace

from codegen_desktop.errors import TokenizerError
from codegen_desktop.tokenization.byte_tokenizer import byte_letters
from codegen_desktop.tokenization.registry import TOKENIZERS, learn_tokenizer, open_tokenizer
from codegen_desktop.tokenization.tokenizer import END_ID, PAD_ID, SPECIAL_TOKENS, START_ID, Tokenizer

BRIEF = "def add(a, b): return a + b"

pieces = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [*SPECIAL_TOKENS, "\n    ", "\r\n", "\t", "def ", "é", "🙂", "'s", "):", '"""', "\u2028", "\0", " 42"]
    ),
)
texts = st.lists(pieces, max_size=12).map("".join)
any_text = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@any_text
@given(text=texts)
def test_any_text_comes_back_exactly(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert all(token_id >= len(SPECIAL_TOKENS) for token_id in ids), "a special token came out of a text"


@any_text
@given(text=texts)
def test_tokens_cover_the_text_without_gaps(tokenizer: Tokenizer, text: str) -> None:
    tokens = tokenizer.tokens(text)
    assert [token.id for token in tokens] == tokenizer.encode(text)
    assert b"".join(token.bytes for token in tokens) == text.encode()
    for token in tokens:
        assert token.bytes == tokenizer.token_bytes(token.id)
        if token.text is not None:
            assert text[token.start : token.end] == token.text
        else:
            assert token.bytes in text[token.start : token.end].encode()
    assert {place for token in tokens for place in range(token.start, token.end)} == set(range(len(text)))


@any_text
@given(batch=st.lists(texts, max_size=5))
def test_many_texts_are_cut_like_each_alone(tokenizer: Tokenizer, batch: list[str]) -> None:
    assert tokenizer.encode_many(batch) == [tokenizer.encode(text) for text in batch]


def test_the_brief_example_is_its_twelve_tokens(tokenizer: Tokenizer) -> None:
    expected = ["def", " add", "(", "a", ",", " b", ")", ":", " return", " a", " +", " b"]
    assert [token.text for token in tokenizer.tokens(BRIEF)] == expected


def test_special_tokens_have_the_first_ids_and_no_text(tokenizer: Tokenizer) -> None:
    assert (PAD_ID, START_ID, END_ID) == (0, 1, 2)
    backend = HuggingFace.from_str(tokenizer.to_json())
    assert [backend.token_to_id(token) for token in SPECIAL_TOKENS] == [0, 1, 2, 3, 4, 5]
    assert [tokenizer.token_bytes(number) for number in range(6)] == [b""] * 6
    assert tokenizer.decode([START_ID, *tokenizer.encode("x = 1"), END_ID, PAD_ID]) == "x = 1"


def test_every_byte_has_a_token(tokenizer: Tokenizer) -> None:
    alone = {tokenizer.token_bytes(number) for number in range(tokenizer.vocabulary_size)}
    assert alone >= {bytes([byte]) for byte in range(256)}
    assert len(set(byte_letters())) == 256


def test_an_id_out_of_range_is_refused(tokenizer: Tokenizer) -> None:
    for wrong in (-1, tokenizer.vocabulary_size):
        with pytest.raises(ValueError, match="not in a vocabulary"):
            tokenizer.decode([wrong])


def test_part_of_a_character_is_bytes_and_has_its_span(tokenizer: Tokenizer) -> None:
    tokens = tokenizer.tokens("a🙂b")
    parts = [token for token in tokens if token.text is None]
    assert b"".join(token.bytes for token in parts) == "🙂".encode()
    assert {(token.start, token.end) for token in parts} == {(1, 2)}
    assert tokenizer.decode([parts[0].id]) == "\ufffd"


def test_half_a_surrogate_pair_is_named(tokenizer: Tokenizer) -> None:
    for call in (tokenizer.encode, tokenizer.tokens, lambda text: tokenizer.encode_many(["fine", text])):
        with pytest.raises(TokenizerError, match=r"Character 3 .* U\+D800"):
            call("ab\ud800")


@pytest.mark.parametrize("text", ["", "\0\0", "שלום def", "x" * 100_000, "(" * 3000 + "\n" * 3000])
def test_odd_texts_lose_nothing(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert sum(len(token.bytes) for token in tokenizer.tokens(text)) == len(text.encode())


def test_other_programs_cut_identically(tokenizer: Tokenizer, code: tuple[str, ...]) -> None:
    backend = HuggingFace.from_str(tokenizer.to_json())
    lines = [line for text in code for line in text.split("\n\n")]
    assert [encoding.ids for encoding in backend.encode_batch(lines)] == tokenizer.encode_many(lines)
    assert all(backend.decode(tokenizer.encode(line)) == line for line in lines[:200])


def test_what_was_stored_opens_as_the_same_kind(tokenizer: Tokenizer, code: tuple[str, ...]) -> None:
    opened = open_tokenizer(tokenizer.to_json())
    assert (opened.name, opened.vocabulary_size) == (tokenizer.name, tokenizer.vocabulary_size)
    assert opened.to_json() == tokenizer.to_json()
    assert opened.encode_many(code) == tokenizer.encode_many(code)
    assert opened.decode(opened.encode("<|end|>")) == "<|end|>"


@pytest.mark.parametrize(("hash_seed", "threads"), [("0", "1"), ("1", "3")])
def test_learning_is_the_same_everywhere(
    learned: dict[str, Tokenizer], code: tuple[str, ...], hash_seed: str, threads: str
) -> None:
    program = (
        "import json, sys\n"
        "from codegen_desktop.tokenization.registry import TOKENIZERS, learn_tokenizer\n"
        "code = json.load(sys.stdin)\n"
        "print(json.dumps({kind.name: learn_tokenizer(kind.name, code, 2048).to_json() for kind in TOKENIZERS}))"
    )
    environment = {"PYTHONHASHSEED": hash_seed, "RAYON_NUM_THREADS": threads}
    finished = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(code), capture_output=True, text=True, env=environment
    )
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout) == {name: tokenizer.to_json() for name, tokenizer in learned.items()}


@pytest.mark.parametrize("name", [kind.name for kind in TOKENIZERS])
def test_what_cannot_be_learned_is_said(name: str) -> None:
    with pytest.raises(TokenizerError, match="too small"):
        learn_tokenizer(name, ["x"], 261)
    with pytest.raises(TokenizerError, match="no text"):
        learn_tokenizer(name, ["", ""], 300)
    with pytest.raises(TokenizerError, match="surrogate"):
        learn_tokenizer(name, ["x", "\udfff"], 300)
    with pytest.raises(TokenizerError, match="no tokenizer called 'x'"):
        learn_tokenizer("x", ["x"], 300)


@pytest.mark.parametrize("name", [kind.name for kind in TOKENIZERS])
def test_a_vocabulary_is_never_larger_than_asked(name: str, code: tuple[str, ...]) -> None:
    assert learn_tokenizer(name, code, 300).vocabulary_size == 300
    assert learn_tokenizer(name, ["ab"], 300).vocabulary_size == 262
