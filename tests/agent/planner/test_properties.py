"""Whatever is said and whatever tools answer: the planner stays within its rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from marketing_agent.agent.planner.history import events
from marketing_agent.agent.planner.state import replayed
from tests.agent.planner.playing import (
    DATA,
    EVERYTHING,
    FRIEND,
    READS,
    TOOLBOX,
    linkage,
    planner,
    preview,
    review,
    schema,
)
from tests.agent.planner.test_matcher import sentences

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.messages.tool import ToolCall

ANSWERS = [
    "Yes",
    "no",
    "not sure",
    "both",
    "両方",
    "Email address",
    "Spring",
    '"Summer"',
    "「夏」",
    "call it Autumn instead",
    "Newsletter (abc2345678)",
    "Check again",
    "Try again",
    "Another name",
    "Other signals",
    "None of these",
    "Leave it",
    "Unlink a friend",
    "delete it",
    "Change 12",
    "7",
    FRIEND,
    "{{ email }}",
    "{{ x|y }} {{ phone }}",
    "Welcome (XyZ123)",
    "Link with LINE",
    "https://shop.test/welcome",
    "Subscribed to List",
    "Old tool (SegOld)",
    "line_uid",
    "Linked friends",
    "Unlinked (7)",
    "2026-11-01",
    "Keep it as it is",
    "置き換える",
    "Turn it off",
    "[credential removed]",
    "h•••@m•••.test",
    "\0",
    "",
]
STARTS = [
    "Please help me set up the Klaviyo integration",
    "Create a custom QR code",
    'Create a custom QR code called "Spring"',
    "メールアドレスで照合するQRコードを作って",
    'Delete the QR code "Newsletter"',
    "Rename the QR code Newsletter",
    'Change the QR code "Newsletter" to phone as well',
    "undo change 3",
    "undo that",
    f"Unlink {FRIEND}",
    "These two are not the same person",
    "Set up Form ID linkage",
    'Change the link button text of "Welcome" to "Join us"',
    "Remove the form linkage of Welcome",
    "Import the LINE User IDs that we already have in Klaviyo",
    "セグメント「Old tool」からプロパティline_uidでLINE IDをインポートして",
    "Stop the import",
    "Preview the import before I start it",
    "Turn auto-link on or off",
    "Pause the Klaviyo integration",
    'Create a segment called "New" of friends who joined this month',
    'Delete the segment "Unlinked"',
    "Resolve the held conflict",
    "A customer wants their data deleted",
    "Find out why nobody gets linked",
]
SAID = st.one_of(
    st.sampled_from(STARTS),
    st.sampled_from(ANSWERS),
    st.sampled_from(ANSWERS),
    st.sampled_from([said for _, said in sentences("development.yaml")]),
    st.text(max_size=60),
)
STATUSES = ["done", "done", "done", "error", "rejected", "superseded", "interrupted"]
LISTS = ["slug", "qr_links", "checks", "forms", "segments", "setting", "reviews"]
JUNK: Any = st.recursive(
    st.none() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(LISTS), inner)
    ),
    max_leaves=4,
)
ENDING = st.fixed_dictionaries(
    {
        "status": st.sampled_from([*STATUSES, "nonsense"]),
        "message": st.sampled_from(["", "name it Winter", "It is away."]),
        "code": st.sampled_from(["PlatformUnreachable", "NotFound", ""]),
        "good": st.sampled_from([True, True, False]),
        "junk": JUNK,
    }
)
STEPS = st.lists(st.tuples(SAID, ENDING, ENDING), min_size=1, max_size=6)
OFFERS = st.sampled_from([EVERYTHING, READS, [], ["check_setup", "create_qr_link"]])
BOTH = ("both", "両方", "兩", "都", "ทั้ง")
IDENTIFYING = (
    "name",
    "line_user_id",
    "change_id",
    "slug",
    "form_id",
    "cta_label",
    "landing_page",
    "segment_id",
    "property",
    "profile_id",
    "version",
)
SHOWN = {**DATA, "query_linkage_status": linkage(review())}
MOST_CALLS = 12
"""What the loop allows in one run."""


def result(call: ToolCall, ending: dict[str, Any], number: int) -> ToolMessage:
    """A tool's answer, good or broken."""
    there = preview() if "property" in call["args"] else SHOWN[call["name"]]
    data = there if ending["good"] else ending["junk"]
    said = {"text": "Done.", "data": data, "change_id": number} | {
        key: ending[key] for key in ("status", "message", "code")
    }
    content = json.dumps(said) if ending["good"] else json.dumps(ending["junk"])
    return ToolMessage(content, tool_call_id=str(call["id"]))


def judged(answer: AIMessage, offered: list[str]) -> None:
    """What holds for every single answer."""
    assert answer.text.strip() or answer.tool_calls
    assert len(answer.additional_kwargs.get("quick_replies", [])) <= 4
    for call in answer.tool_calls:
        assert call["name"] in offered
        taken = TOOLBOX.tools[call["name"]].takes.model_validate(call["args"])
        if hasattr(taken, "draft"):
            taken.draft()


def played(
    steps: list[tuple[str, dict[str, Any], dict[str, Any]]], offered: list[str]
) -> list[BaseMessage]:
    """The conversation over these steps, each answer judged."""
    model = planner().bind_tools([schema(tool) for tool in offered])
    messages: list[BaseMessage] = []
    for said, *endings in steps:
        messages.append(HumanMessage(said))
        for number in range(MOST_CALLS + 1):
            answer = model.invoke(messages)
            judged(answer, offered)
            messages.append(answer)
            if not answer.tool_calls:
                break
            call = answer.tool_calls[0]
            ending = endings[number % 2]
            messages.append(result(call, ending, number + 1))
        else:
            raise AssertionError("it never stopped calling tools")
    return messages


@settings(deadline=None, max_examples=150)
@given(steps=STEPS, offered=OFFERS)
def test_any_conversation(
    steps: list[tuple[str, dict[str, Any], dict[str, Any]]], offered: list[str]
) -> None:
    """It never raises, loops, falls silent, or calls what it may not as it must not."""
    played(steps, offered)


@settings(deadline=None, max_examples=60)
@given(steps=STEPS, cut=st.integers(min_value=0, max_value=60))
def test_a_history_can_be_cut_anywhere(
    steps: list[tuple[str, dict[str, Any], dict[str, Any]]], cut: int
) -> None:
    """Replaying the rest from the state at the cut gives the state of the whole."""
    history = events(played(steps, EVERYTHING))
    assert replayed(history[cut:], replayed(history[:cut])) == replayed(history)


@settings(deadline=None, max_examples=60)
@given(steps=STEPS)
def test_the_same_messages_give_the_same_answer(
    steps: list[tuple[str, dict[str, Any], dict[str, Any]]],
) -> None:
    """Two runs over the same conversation agree in every word, call and id."""
    first, second = played(steps, EVERYTHING), played(steps, EVERYTHING)
    without_ids = [each.model_dump(exclude={"id"}) for each in first]
    assert without_ids == [each.model_dump(exclude={"id"}) for each in second]


@settings(deadline=None, max_examples=100)
@given(steps=STEPS)
def test_a_write_has_only_what_was_said(
    steps: list[tuple[str, dict[str, Any], dict[str, Any]]],
) -> None:
    """Names, friends and numbers of a proposed write stand in the conversation."""
    messages = played(steps, EVERYTHING)
    for number, message in enumerate(messages):
        if not isinstance(message, AIMessage):
            continue
        heard = " ".join(m.text for m in messages[:number] if _is_source(m)).lower()
        for call in message.tool_calls:
            if call["name"] not in READS:
                assert _unheard(call["args"], heard) == []


def _unheard(arguments: dict[str, Any], heard: str) -> list[str]:
    """The arguments of a write that nobody spoke of."""
    words = {
        "email_variable": ("mail", "メール", "อีเมล", "郵", "信箱", *BOTH),
        "phone_variable": ("phone", "電話", "手機", "โทร", *BOTH),
        **{key: (str(arguments.get(key)).lower(),) for key in IDENTIFYING},
    }
    return [
        key
        for key, any_of in words.items()
        if arguments.get(key) and not any(word in heard for word in any_of)
    ]


def _is_source(message: BaseMessage) -> bool:
    return not isinstance(message, AIMessage)
