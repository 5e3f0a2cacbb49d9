from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.core.errors import BadInput
from marketing_agent.platforms.line.webhooks import (
    FollowEvent,
    OtherEvent,
    UnfollowEvent,
    read_delivery,
    signature_is_valid,
)

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
EMPTY_BODY = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
EMPTY_BODY_SIGNATURE = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="
BOT = "U8e742f61d673b39c7fff3cecb7536ef0"
HANA = "U" + "0" * 31 + "1"
AT = datetime(2026, 11, 23, 3, 0, 0, 123_000, tzinfo=UTC)
AT_MS = 1_795_402_800_123


def an_event(**changes: object) -> dict[str, object]:
    """Make a follow event as LINE sends it."""
    event: dict[str, object] = {
        "type": "follow",
        "mode": "active",
        "timestamp": AT_MS,
        "source": {"type": "user", "userId": HANA},
        "webhookEventId": "01FZ74A0TDDPYRVKNK77XKC3ZR",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "made-up",
        "follow": {"isUnblocked": False},
    }
    return {**event, **changes}


def a_body(*events: object) -> bytes:
    """Make the body of a delivery."""
    return json.dumps({"destination": BOT, "events": list(events)}).encode()


def test_the_known_answer_of_line_s_documentation_is_accepted() -> None:
    """Secret, body and signature are those of "Verify webhook signature"."""
    assert signature_is_valid(SECRET, EMPTY_BODY, EMPTY_BODY_SIGNATURE)


@pytest.mark.parametrize(
    ("secret", "raw", "header"),
    [
        (SECRET, EMPTY_BODY + b" ", EMPTY_BODY_SIGNATURE),
        (SECRET[::-1], EMPTY_BODY, EMPTY_BODY_SIGNATURE),
        (SECRET, EMPTY_BODY, EMPTY_BODY_SIGNATURE.lower()),
        (SECRET, EMPTY_BODY, EMPTY_BODY_SIGNATURE + "="),
        (SECRET, EMPTY_BODY, ""),
        (SECRET, EMPTY_BODY, None),
        (SECRET, EMPTY_BODY, "署名\ud800"),
        ("", b"", "thNnmggU2ex3L5XXeMNfxf8Wl8STcVZTxscSFEKSxa0="),
    ],
)
def test_any_other_signature_is_refused(
    secret: str, raw: bytes, header: str | None
) -> None:
    """One byte, another secret or case, nothing at all, or no secret to check with."""
    assert not signature_is_valid(secret, raw, header)


def test_a_follow_is_read() -> None:
    """Who, when to the millisecond, which event, and whether it was an unblock."""
    delivery = read_delivery(a_body(an_event(follow={"isUnblocked": True})))

    assert delivery.destination == BOT
    assert delivery.events == (
        FollowEvent(
            user_id=HANA,  # type: ignore[arg-type]  # a plain text stands for a NewType
            at=AT,
            event_id="01FZ74A0TDDPYRVKNK77XKC3ZR",
            is_redelivery=False,
            is_unblocked=True,
        ),
    )


def test_a_follow_may_lack_its_detail() -> None:
    """Some of LINE's own samples have no `follow` object."""
    event = an_event()
    del event["follow"]

    (follow,) = read_delivery(a_body(event)).events

    assert isinstance(follow, FollowEvent)
    assert follow.is_unblocked is None


def test_a_redelivered_unfollow_is_read() -> None:
    """A block has no reply token, and a repeat says so."""
    event = an_event(type="unfollow", deliveryContext={"isRedelivery": True})
    del event["replyToken"]

    (unfollow,) = read_delivery(a_body(event)).events

    assert isinstance(unfollow, UnfollowEvent)
    assert (unfollow.user_id, unfollow.at, unfollow.is_redelivery) == (HANA, AT, True)


def test_the_check_of_the_url_has_no_events() -> None:
    """LINE's console sends an empty delivery, which is a good one."""
    assert read_delivery(EMPTY_BODY).events == ()


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (an_event(type="edit", mode="brand-new"), "edit"),
        (an_event(type="message", message={"type": "text", "text": "hi"}), "message"),
        (an_event(source={"type": "user"}), "follow"),
        (an_event(source={"type": "user", "userId": "hana"}), "follow"),
        (an_event(timestamp="soon"), "follow"),
        (an_event(timestamp=10**30), "follow"),
        (an_event(timestamp=True), "follow"),
        (an_event(webhookEventId=None), "follow"),
        (an_event(type=None), "unreadable"),
        ("event", "unreadable"),
        (None, "unreadable"),
    ],
)
def test_an_event_that_is_not_for_us_is_kept_and_costs_no_other(
    event: object, kind: str
) -> None:
    """New types, no user, broken fields: raw among the others, which are read."""
    events = read_delivery(a_body(an_event(), event, an_event())).events

    assert isinstance(events[0], FollowEvent)
    assert isinstance(events[2], FollowEvent)
    assert isinstance(events[1], OtherEvent)
    assert events[1].type == kind
    assert events[1].raw == event


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"destination":"U1"}',
        b'{"events":[]}',
        b'{"destination":"U1","events":{}}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_no_delivery_is_refused(raw: bytes) -> None:
    """The caller can answer it with a clear no instead of an error of ours."""
    with pytest.raises(BadInput):
        read_delivery(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(an_event())), JSON))
def test_no_event_of_any_shape_breaks_the_reading(changes: dict[str, object]) -> None:
    """Whatever is in the known fields, each event comes out as one of the three."""
    events = read_delivery(a_body(an_event(**changes), an_event())).events

    assert len(events) == 2
    assert isinstance(events[1], FollowEvent)
