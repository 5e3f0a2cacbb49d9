"""The setup plan, from the merchant's sentence to the checklist for Klaviyo."""

from __future__ import annotations

import pytest

from marketing_agent.agent.planner.plan import METHODS, PICK, PLAN, after, next_step
from tests.agent.planner.playing import (
    EVERYTHING,
    READS,
    SOURCE,
    Play,
    advice,
    form_linkage,
    fresh_planner,
    how,
    preview,
    recommendation,
    schema,
)

OPENING = "Please help me set up the Klaviyo integration"


def test_the_plan_goes_step_by_step() -> None:
    """Every method leads over its own steps, in order, and back to the choice."""
    common = [step.name for step in PLAN if step.of is None]
    for method in METHODS:
        noted: dict[str, str] = {}
        walked = []
        while (step := next_step(noted)) is not None:
            walked.append(step.name)
            noted[step.name] = method if step.name == PICK else "done"
        own = [step.name for step in PLAN if step.of == method]
        assert walked == [*common, *own]
        again = next_step(after(noted, method))
        assert again is not None
        assert again.name == PICK


def test_the_whole_setup_in_english() -> None:
    """Check, facts, three questions, a filled card, live checks, a checklist."""
    play = Play()
    first = play.say(OPENING)
    assert play.called == ["check_setup", "recommend_methods"]
    assert "2 of 10" in first.text
    assert "newsletters" in first.text
    assert play.quick == ["Yes", "No", "Not sure"]
    assert "landing page" in play.say("Yes").text
    assert "LINE User IDs" in play.say("No").text
    recommended = play.say("No").text
    assert "Custom QR code in your Klaviyo emails: You send emails" in recommended
    assert "needs no set-up" in recommended
    assert "change every value on the card" in recommended
    assert play.proposed["name"] == "create_qr_link"
    assert play.proposed["args"]["name"] == "Email newsletter"
    assert play.proposed["args"]["email_variable"] == "{{ email }}"
    handed_over = play.approve().text
    assert play.called[-2] == "diagnose_linkage"
    assert play.called[-1] == "show_qr_links"
    assert "1. Open your email template" in handed_over
    assert '<a href="https://shop.test/l/abc2345678' in handed_over
    assert "Check linkage status" in play.quick
    assert how(play.last)["rule"] == "plan: through"


def test_the_whole_setup_in_japanese() -> None:
    """The same in Japanese, word for word from the same plan."""
    play = Play()
    assert (
        "友だち10人のうち、2人" in play.say("Klaviyo連携の設定を手伝ってください").text
    )
    play.say("はい")
    play.say("いいえ")
    assert "おすすめします" in play.say("わからない").text
    assert play.proposed["args"]["name"] == "メールマガジン"
    assert "1. Klaviyoで" in play.approve().text


def test_one_answer_may_answer_several_questions() -> None:
    """What was already said is not asked again."""
    play = Play()
    play.say(OPENING)
    told = play.say("We send newsletters and have a form on our landing page").text
    assert "LINE User IDs" in told


def test_the_form_is_led_to_its_end_and_then_the_import() -> None:
    """Each method that fits is set up in turn: chosen, verified, handed over."""
    play = Play()
    play.say(OPENING)
    for answer in ("No", "Yes", "Yes"):
        play.say(answer)
    assert play.quick == ["Form ID linkage", "Import of LINE User IDs", "Later"]
    assert '"Welcome" (XyZ123)' in play.say("the form first").text
    assert "On which landing page" in play.say("Welcome (XyZ123)").text
    play.say("https://shop.test/welcome")
    assert play.proposed["args"] == {
        "form_id": "XyZ123",
        "cta_label": "Link with LINE",
        "landing_page": "https://shop.test/welcome",
    }
    play._data["show_form_linkage"] = {"form_linkages": [form_linkage()]}
    handed_over = play.approve().text
    assert "What remains is done on the landing page" in handed_over
    assert form_linkage()["embed_code"] in handed_over
    assert "as well: Import of LINE User IDs?" in handed_over
    play._data["show_import"] = preview()
    play.say("Yes")
    assert "Source Segment" in play.last.text
    play.say("Old tool (SegOld)")
    play.say("line_uid")
    assert "90 valid LINE User IDs" in play.messages[-1].text
    play._data["show_import"] = {**preview(), "setting": SOURCE, "preview": None}
    through = play.approve().text
    assert "every 15 minutes" in through
    assert "The setup in the chat is complete" in through
    assert how(play.last)["dialogue"]["frames"] == []


def test_what_is_left_can_wait() -> None:
    """After one method the merchant may stop; nothing stays open."""
    play = Play()
    play.say(OPENING)
    for answer in ("Yes", "Yes", "No"):
        play.say(answer)
    play.say("Later")
    assert "complete" in play.last.text
    assert how(play.last)["dialogue"]["frames"] == []


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ("No", True),
        ("no thanks", True),
        ("いいえ、結構です", True),
        ("We don't need those IDs in Klaviyo, they are from an old account", False),
        ("I don't know which of them our customers would like best", False),
    ],
)
def test_only_a_brief_no_ends_the_plan(said: str, *, ends: bool) -> None:
    """Asked what comes next, a long sentence that begins like a no is none."""
    play = Play()
    play.say(OPENING)
    for answer in ("Yes", "Yes", "No"):
        play.say(answer)
    play.say(said)
    is_open = bool(how(play.last)["dialogue"]["frames"])
    assert is_open is not ends


def test_interruptions_return_to_the_plan() -> None:
    """Questions, thanks and other requests in between repeat the open question."""
    play = Play()
    play.say(OPENING)
    for between in ("What is ID linkage?", "thanks", "Show my custom QR codes"):
        assert "Do you send email newsletters" in play.say(between).text
    assert "landing page" in play.say("Yes").text


def test_where_nothing_fits_nothing_is_made_up() -> None:
    """Without emails, a form or stored IDs there is nothing to set up, and no card."""
    play = Play()
    play.say(OPENING)
    for answer in ("No", "No", "No"):
        play.say(answer)
    assert "nothing by hand yet" in play.last.text
    assert "needs no set-up" in play.last.text
    assert not play.last.tool_calls
    assert how(play.last)["dialogue"]["frames"] == []


def test_a_rejected_card_can_be_changed_within_the_plan() -> None:
    """After a no and another name, the plan goes on to verify and hand over."""
    play = Play()
    play.say(OPENING)
    for answer in ("Yes", "No", "No"):
        play.say(answer)
    play.end("rejected", message="")
    play.say("call it Spring")
    assert play.proposed["args"]["name"] == "Spring"
    assert "1. Open your email template" in play.approve().text


def test_a_result_that_is_not_there_is_not_called_verified() -> None:
    """If the saved custom QR code is not in the list, the merchant is told so."""
    play = Play(data={"show_qr_links": {"qr_links": []}})
    play.say(OPENING)
    for answer in ("Yes", "No", "No"):
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


FACTS = recommendation(
    advice("form_linkage", "yes", "live_forms"),
    advice("import", "no", "no_ids_seen"),
    forms=[{"form_id": "XyZ123", "name": "Welcome"}],
    live_forms=1,
    segments_sampled=2,
    unread=None,
)


def test_facts_answer_what_they_can() -> None:
    """With forms and segments read, only the emails are asked about."""
    play = Play(data={"recommend_methods": FACTS})
    assert "newsletters" in play.say(OPENING).text
    recommended = play.say("Yes").text
    assert 'Live forms in Klaviyo: 1 ("Welcome")' in recommended
    assert "Not now: I saw no LINE User IDs" in recommended
    assert "not counted yet" in recommended
    assert play.quick[:2] == ["Custom QR code", "Form ID linkage"]


@pytest.mark.parametrize(
    "turned",
    ["actually not QR codes, the form", "やっぱりQRコードではなく、フォームで"],
)
def test_the_merchant_may_change_their_mind(turned: str) -> None:
    """Another method takes the place of the one whose card is open."""
    play = Play(data={"recommend_methods": FACTS})
    play.say(OPENING)
    play.say("Yes")
    play.say("the QR code")
    assert play.proposed["name"] == "create_qr_link"
    play.interject("superseded", turned)
    assert "XyZ123" in play.last.text
    assert play.called[-1] == "list_forms"


@pytest.mark.parametrize(
    ("opening", "yes", "only"),
    [
        (OPENING, "Yes", "only the QR code"),
        (OPENING, "Yes", "just the QR code, please"),
        ("ID連携の設定を手伝って", "はい", "QRコードだけでいい"),
        ("請幫我設定 ID 連動", "有", "QR Code 就好"),
        ("請幫我設定 ID 連動", "有", "只要 QR Code"),
        ("ช่วยตั้งค่าการเชื่อมโยง ID หน่อย", "มี", "เอาแค่ QR"),
    ],
)
@pytest.mark.parametrize("answers", [0, 3])
def test_only_one_method_means_only_that(
    opening: str, yes: str, only: str, answers: int
) -> None:
    """No question about the others comes before it, and no offer of them after it."""
    play = Play()
    play.say(opening)
    for _ in range(answers):
        play.say(yes)
    play.say(only)
    assert play.proposed["name"] == "create_qr_link"
    play.approve()
    assert how(play.last)["rule"] == "plan: through"
    assert how(play.last)["dialogue"]["frames"] == []
    methods = {line["method"] for line in play.last.additional_kwargs["plan"]}
    skipped = {
        line["state"]
        for line in play.last.additional_kwargs["plan"]
        if line["method"] in {"form_linkage", "import"}
    }
    assert "qr_link" in methods
    assert skipped <= {"skipped"}


@pytest.mark.parametrize("said", ["I just send emails", "we only have a form"])
def test_only_about_the_shop_picks_no_method(said: str) -> None:
    """What the shop has is no choice of a method."""
    play = Play()
    play.say(OPENING)
    play.say(said)
    assert "create_qr_link" not in play.called
    assert "configure_form_linkage" not in play.called


def test_a_method_can_be_skipped_and_the_plan_stopped() -> None:
    """What is left out is not asked for again; stopping keeps nothing open."""
    play = Play(data={"recommend_methods": FACTS})
    play.say(OPENING)
    play.say("Yes")
    play.say("the form")
    skipped = play.say("skip this")
    assert "I leave this out: Form ID linkage" in skipped.text
    assert play.quick == ["Custom QR code", "Later"]
    assert "is stopped" in play.say("stop the set-up").text
    assert how(play.last)["dialogue"]["frames"] == []


def test_starting_over_asks_again() -> None:
    """Nothing that was told before counts after "start over"."""
    play = Play(data={"recommend_methods": FACTS})
    play.say(OPENING)
    play.say("No")
    play.say("start over")
    assert "newsletters" in play.last.text


def test_a_plan_survives_a_restart() -> None:
    """Another process, with nothing but the messages, goes on where this one was."""
    play = Play(data={"recommend_methods": FACTS})
    play.say(OPENING)
    again = Play(data={"recommend_methods": FACTS})
    again.messages = list(play.messages)
    again._model = fresh_planner().bind_tools([schema(tool) for tool in EVERYTHING])
    assert "I recommend" in again.say("Yes").text
