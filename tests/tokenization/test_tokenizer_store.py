"""A tokenizer kept in a Lab comes back the same; damage and absence are said."""

import pytest

from codegen_desktop.errors import TokenizerError
from codegen_desktop.lab import Lab
from codegen_desktop.tokenization.store import latest_tokenizer_id, load_tokenizer, save_tokenizer
from codegen_desktop.tokenization.tokenizer import Tokenizer


def test_a_tokenizer_comes_back_the_same(lab: Lab, tokenizer: Tokenizer, code: tuple[str, ...]) -> None:
    tokenizer_id = save_tokenizer(lab, 1, tokenizer)
    loaded = load_tokenizer(lab, tokenizer_id)
    assert loaded.name == tokenizer.name
    assert loaded.to_json() == tokenizer.to_json()
    assert loaded.encode_many(code) == tokenizer.encode_many(code)


def test_the_newest_is_loaded_when_none_is_named(lab: Lab, learned: dict[str, Tokenizer]) -> None:
    assert latest_tokenizer_id(lab) is None
    first = save_tokenizer(lab, 1, learned["words"])
    second = save_tokenizer(lab, 2, learned["bpe"])
    assert load_tokenizer(lab).name == "bpe"
    assert (latest_tokenizer_id(lab), latest_tokenizer_id(lab, 1), latest_tokenizer_id(lab, 3)) == (second, first, None)


def test_no_tokenizer_is_said(lab: Lab) -> None:
    for wanted in (None, 17):
        with pytest.raises(TokenizerError, match="no such tokenizer"):
            load_tokenizer(lab, wanted)


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff\xfe", None])
def test_a_damaged_tokenizer_is_refused(lab: Lab, learned: dict[str, Tokenizer], data: bytes | None) -> None:
    save_tokenizer(lab, 1, learned["bpe"])
    stored = lab.connection.execute("SELECT data FROM blob").fetchone()[0]
    changed = data if data is not None else bytes(stored).replace(b"return", b"retrun")
    lab.connection.execute("UPDATE blob SET data = ?", (changed,))
    with pytest.raises(TokenizerError, match="damaged"):
        load_tokenizer(lab)
