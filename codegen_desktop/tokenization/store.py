"""Saving a tokenizer in a Lab and loading it again."""

from codegen_desktop.errors import CheckpointError, TokenizerError
from codegen_desktop.lab import Lab, now
from codegen_desktop.tokenization.registry import open_tokenizer
from codegen_desktop.tokenization.tokenizer import Tokenizer


def save_tokenizer(lab: Lab, dataset_id: int, tokenizer: Tokenizer) -> int:
    """Store a tokenizer beside the dataset it was learned on; gives its id. One transaction."""
    data = tokenizer.to_json().encode()
    with lab.transaction() as connection:
        cursor = connection.execute(
            "INSERT INTO tokenizer (created, dataset_id, name, vocabulary, sha256) VALUES (?, ?, ?, ?, ?)",
            (now(), dataset_id, tokenizer.name, tokenizer.vocabulary_size, lab.put_blob(connection, data)),
        )
        tokenizer_id = cursor.lastrowid
    assert tokenizer_id is not None, "an INSERT gives a row id"
    return tokenizer_id


def load_tokenizer(lab: Lab, tokenizer_id: int | None = None) -> Tokenizer:
    """Load a tokenizer by id, or the newest. Raises TokenizerError when there is none or it is damaged."""
    if tokenizer_id is None:
        tokenizer_id = latest_tokenizer_id(lab)
    row = lab.connection.execute("SELECT name, sha256 FROM tokenizer WHERE id = ?", (tokenizer_id,)).fetchone()
    if row is None:
        raise TokenizerError("This Lab has no such tokenizer.", "Learn one first.")
    try:
        text = lab.get_blob(row[1]).decode("utf-8")
    except (CheckpointError, UnicodeDecodeError) as error:
        raise TokenizerError(
            f"The stored tokenizer {row[0]!r} of this Lab is damaged. Everything else in it still holds.",
            "Learn the tokenizer again.",
        ) from error
    return open_tokenizer(text)


def latest_tokenizer_id(lab: Lab, dataset_id: int | None = None) -> int | None:
    """The id of the tokenizer stored last, of one dataset if given; None when there is none."""
    row = lab.connection.execute(
        "SELECT max(id) FROM tokenizer WHERE ?1 IS NULL OR dataset_id = ?1", (dataset_id,)
    ).fetchone()
    return None if row[0] is None else int(row[0])
