"""The words on LINE's pages, in four languages."""

from __future__ import annotations

import pytest

from marketing_agent.sandbox.line.words import words


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("ja", "ja"), ("zh-TW,zh;q=0.9", "zh-Hant"), ("fr th", "th"), ("fr", "en")],
)
def test_each_language_says_everything(wanted: str, language: str) -> None:
    """The first language that there is; and no page would meet a missing word."""
    spoken = words(wanted)

    assert spoken["lang"] == language
    assert spoken.keys() == words("en").keys()
    assert all(spoken.values())
