"""Several requests in one message, corrections, and a yes that is no approval."""

from __future__ import annotations

import pytest

from tests.agent.planner.playing import Play, how


@pytest.mark.parametrize(
    "said",
    [
        "Create a custom QR code called Spring by email and show me the forms",
        "「Spring」という名前でメールアドレスで照合するQRコードを作って、フォームも一覧で見せて",
    ],
)
def test_a_look_comes_before_a_change(said: str) -> None:
    """Both are done: the list is told, then the card is there with its values."""
    play = Play()
    play.say(said)
    assert play.called == ["list_forms", "create_qr_link"]
    assert "Welcome" in play.last.text
    assert play.proposed["args"]["name"] == "Spring"


def test_two_changes_are_two_cards() -> None:
    """The second card comes when the first is answered, whatever the answer."""
    play = Play()
    play.say("Pause the integration and then turn auto-link off")
    assert play.proposed["name"] == "set_integration"
    play.approve()
    assert play.proposed["name"] == "set_auto_link"
    assert "what you also asked for" in play.last.text


def test_what_waits_survives_questions_in_between() -> None:
    """Until the first is through, the second is only noted."""
    play = Play()
    play.say("Turn auto-link off and create a custom QR code")
    assert play.proposed["name"] == "set_auto_link"
    assert [e["intent"] for e in how(play.last)["dialogue"]["rest"]] == [
        "create_qr_link"
    ]
    play.approve()
    assert "Which signal" in play.last.text


def test_one_request_with_and_stays_one() -> None:
    """Two signals or two conditions are no two requests."""
    play = Play()
    play.say('Create a custom QR code called "Spring" by email and phone')
    assert play.called == ["create_qr_link"]
    assert len(play.proposed["args"]) == 4


@pytest.mark.parametrize(
    ("first", "form", "other"),
    [
        ("Set up form linkage", "Welcome (XyZ123)", "no, the other form"),
        ("フォームID連携を設定したい", "Welcome", "いや、もう一つのフォーム"),
    ],
)
def test_the_other_form(first: str, form: str, other: str) -> None:
    """Where there are two, the other one is taken, and the plan goes on from there."""
    play = Play()
    play.say(first)
    play.say(form)
    play.say(other)
    assert how(play.last)["dialogue"]["frames"][-1]["slots"]["form_id"] == "Abc789"


def test_corrections_of_values() -> None:
    """A signal while the name is asked for, and a name at the open card."""
    play = Play()
    play.say("Create a custom QR code")
    play.say("Email address")
    assert "be called" in play.say("I meant the phone").text
    play.say("Spring")
    assert "email_variable" not in play.proposed["args"]
    play.interject("superseded", "not Spring, Summer")
    assert play.proposed["args"]["name"] == "Summer"


def test_a_written_yes_approves_nothing() -> None:
    """The card comes again with a word about it, and nothing was carried out."""
    play = Play()
    play.say('Create a custom QR code called "Spring" by email')
    play.interject("superseded", "yes")
    assert "approved on its card" in play.last.text
    assert play.proposed["args"]["name"] == "Spring"
    play.interject("superseded", "no")
    assert not play.last.tool_calls
    assert how(play.last)["dialogue"]["frames"] == []


@pytest.mark.parametrize("said", ["I approve", "I reject that"])
def test_nothing_waits_for_an_answer(said: str) -> None:
    """Without a card there is nothing to approve or to reject."""
    assert "Nothing is waiting" in Play().say(said).text
