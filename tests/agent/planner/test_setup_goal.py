"""The setup plan, from the merchant's sentence to the checklist for Klaviyo."""

from __future__ import annotations

import pytest

from marketing_agent.agent.planner.plan import PLAN, next_step
from tests.agent.planner.playing import READS, Play, how

OPENING = "Please help me set up the Klaviyo integration"


def test_the_plan_goes_step_by_step() -> None:
    """Each step is noted once, in order, and then the plan is through."""
    noted: dict[str, str] = {}
    walked = []
    while (step := next_step(noted)) is not None:
        walked.append(step)
        noted[step.name] = "done"
    assert tuple(walked) == PLAN


def test_the_whole_setup_in_english() -> None:
    """Check, count, three questions, a card, a look at the result, a checklist."""
    play = Play()
    first = play.say(OPENING)
    assert play.called == ["check_setup", "query_linkage_status"]
    assert "2 of 10" in first.text
    assert "newsletters" in first.text
    assert play.quick == ["Yes", "No", "Not sure"]
    assert "landing page" in play.say("Yes").text
    assert "LINE User IDs" in play.say("Yes").text
    recommended = play.say("No").text
    assert "custom QR code" in recommended
    assert "cannot be set up through the chat in this version yet" in recommended
    play.say("Email address")
    play.say("Newsletter")
    assert play.proposed["name"] == "create_qr_link"
    handed_over = play.approve().text
    assert play.called[-1] == "show_qr_links"
    assert "1. Open your email template" in handed_over
    assert '<a href="https://shop.test/l/abc2345678' in handed_over
    assert "Check linkage status" in play.quick
    assert how(play.last)["rule"] == "plan: hand_over"


def test_the_whole_setup_in_japanese() -> None:
    """The same in Japanese, word for word from the same plan."""
    play = Play()
    assert (
        "友だち10人のうち、2人" in play.say("Klaviyo連携の設定を手伝ってください").text
    )
    play.say("はい")
    play.say("いいえ")
    assert "おすすめします" in play.say("わからない").text
    play.say("両方")
    play.say("春のメルマガ")
    assert play.proposed["args"]["name"] == "春のメルマガ"
    assert "1. Klaviyoで" in play.approve().text


def test_one_answer_may_answer_several_questions() -> None:
    """What was already said is not asked again."""
    play = Play()
    play.say(OPENING)
    told = play.say("We send newsletters and have a form on our landing page").text
    assert "LINE User IDs" in told


def test_interruptions_return_to_the_plan() -> None:
    """Questions, thanks and other requests in between repeat the open question."""
    play = Play()
    play.say(OPENING)
    for between in ("What is ID linkage?", "thanks", "Show my custom QR codes"):
        assert "Do you send email newsletters" in play.say(between).text
    assert "landing page" in play.say("Yes").text


def test_without_emails_nothing_is_made_up() -> None:
    """A merchant without Klaviyo emails is told that there is nothing to set up yet."""
    play = Play()
    play.say(OPENING)
    for answer in ("No", "No", "No"):
        play.say(answer)
    assert "Without such emails" in play.last.text
    assert not play.last.tool_calls
    assert how(play.last)["dialogue"]["frames"] == []


def test_a_rejected_card_can_be_changed_within_the_plan() -> None:
    """After a no and another name, the plan goes on to verify and hand over."""
    play = Play()
    play.say(OPENING)
    for answer in ("Yes", "No", "No", "Both", "Newsletter"):
        play.say(answer)
    play.end("rejected", message="")
    play.say("call it Spring")
    assert play.proposed["args"]["name"] == "Spring"
    assert "1. Open your email template" in play.approve().text


def test_a_result_that_is_not_there_is_not_called_verified() -> None:
    """If the saved custom QR code is not in the list, the merchant is told so."""
    play = Play(data={"show_qr_links": {"qr_links": []}})
    play.say(OPENING)
    for answer in ("Yes", "No", "No", "Both", "Newsletter"):
        play.say(answer)
    assert "do not see it" in play.approve().text


def test_a_viewer_walks_up_to_the_card() -> None:
    """Who may only look is told so where the first change would come."""
    play = Play(offered=READS)
    play.say(OPENING)
    for answer in ("Yes", "No"):
        play.say(answer)
    assert "right to change things" in play.say("No").text


@pytest.mark.parametrize("asked", [OPENING, "Klaviyo連携の設定を手伝って"])
def test_the_first_answer_is_the_check(asked: str) -> None:
    """The opening sentence leads to one call, check_setup, and nothing else."""
    play = Play(data={})
    play._data.pop("check_setup")
    first = play.say(asked)
    assert [call["name"] for call in first.tool_calls] == ["check_setup"]
