"""One door to every corpus: the built-in ones by name, a person's own by path."""

from pathlib import Path

import pytest

from codegen_desktop.corpus.open_corpus import CORPORA, open_corpus
from codegen_desktop.corpus.store import load_dataset, save_dataset
from codegen_desktop.errors import CorpusError
from codegen_desktop.lab import Lab
from tests.corpus.running import finish


def test_the_starter_corpus_has_as_many_snippets_as_asked_and_can_be_stored(lab: Lab) -> None:
    dataset = finish(open_corpus("starter", 3, count=200))
    assert len(dataset.snippets) == 200
    assert dataset.train
    assert dataset.test
    assert load_dataset(lab, save_dataset(lab, dataset)) == dataset


def test_a_path_gives_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def f(): return 1\ndef g(): return 2\n")
    assert len(finish(open_corpus(str(tmp_path), 3)).snippets) == 2


@pytest.mark.parametrize("name", ["nothing", "", "bad\0name", "x" * 5000])
def test_what_is_neither_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CorpusError) as caught:
        finish(open_corpus(name, 3))
    assert str(caught.value)


@pytest.mark.parametrize("name", [corpus.name for corpus in CORPORA])
def test_one_snippet_is_too_few(name: str) -> None:
    with pytest.raises(CorpusError, match="cannot be parted"):
        finish(open_corpus(name, 3, count=1))
