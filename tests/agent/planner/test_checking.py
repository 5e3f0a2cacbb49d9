"""Check it now, in the words of four languages, and only while something waits."""

from __future__ import annotations

import pytest

from tests.agent.planner.playing import Play


def _saved() -> Play:
    play = Play()
    play.say('Create a custom QR code called "Spring" by email')
    play.approve()
    return play


@pytest.mark.parametrize(
    "said",
    [
        "Done, please check",
        "check it now",
        "設定しました、確認してください",
        "弄好了 請檢查",
        "ทำเสร็จแล้ว ช่วยตรวจสอบ",
    ],
)
def test_a_finished_job_is_looked_at(said: str) -> None:
    """The saved custom QR code is shown and its live checks are run."""
    play = _saved()
    play.say(said)
    assert play.called[-2:] == ["show_qr_links", "diagnose_linkage"]


def test_nothing_is_looked_at_twice() -> None:
    """Once the link was opened by somebody, nothing is left to be done by hand."""
    play = _saved()
    seen = dict(play._data["show_qr_links"]["qr_links"][0], opened=3)
    play._data["show_qr_links"] = {"qr_links": [seen]}
    play.say("check it now")
    before = len(play.called)
    play.say("Done, please check")
    assert "diagnose_linkage" not in play.called[before:]
