"""What the checks about people conclude: one friend, one profile, all attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.core.diagnosis.checks import (
    attempt_reasons,
    friend,
    profile_attempts,
    profile_signals,
)
from marketing_agent.core.diagnosis.evidence import (
    AttemptsSeen,
    Evidence,
    FriendSeen,
    ProfileSeen,
    SignalSeen,
)
from marketing_agent.core.diagnosis.findings import Remedy
from marketing_agent.core.outcomes import OutcomeCode
from tests.core.diagnosis.given import (
    DOUBT,
    HANA,
    KENTA,
    NO,
    NOT_CONNECTED,
    NOT_THERE,
    OK,
    PROBLEM,
    SILENT,
    UNKNOWN,
    YES,
    assert_told,
    given,
    outcome,
    shop,
)

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.findings import FindingState

MISMATCH = outcome(OutcomeCode.MISMATCH, 16)
FORWARDED = outcome(OutcomeCode.MISMATCH, 22)
USABLE = SignalSeen(there=True, usable=True)
RUBBISH = SignalSeen(there=True)
SHARED = SignalSeen(there=True, blocked=True)


@pytest.mark.parametrize(
    ("seen", "state", "says", "fix"),
    [
        ({"linked": True, "best": MISMATCH}, OK, "is linked", ""),
        ({"best": MISMATCH}, PROBLEM, "different profiles", "Compare"),
        ({"following": False, "best": MISMATCH}, PROBLEM, "different", "Compare"),
        ({"following": False}, PROBLEM, "blocked", "add the account"),
        ({"following": None}, PROBLEM, "does not follow", "add the account"),
        ({"following": True}, PROBLEM, "Nothing has tried", "custom QR code"),
    ],
)
def test_one_friend(
    seen: dict[str, Any], state: FindingState, says: str, fix: str
) -> None:
    """The attempt that tells most, else what kept them from having any."""
    evidence = given(friend=FriendSeen(line_user=HANA, **seen))
    assert_told(friend.check(evidence), state, says, fix)


@pytest.mark.parametrize("auto_link", [True, False])
def test_an_untried_friend_may_want_auto_link(auto_link: bool) -> None:  # noqa: FBT001 - a row
    """Where it is off, switching it on is the call to make."""
    seen = FriendSeen(line_user=HANA, following=True)
    evidence = given(friend=seen, shop=shop(auto_link_on=auto_link))
    [found] = friend.check(evidence)
    switch_on = Remedy(tool="set_auto_link", arguments={"on": True})
    assert found.remedy == (None if auto_link else switch_on)


@pytest.mark.parametrize(
    ("seen", "state", "says", "fix"),
    [
        ({"found": NOT_THERE}, PROBLEM, "deleted or merged", "Look for"),
        ({"found": NO}, UNKNOWN, "Refused.", "profiles:read"),
        ({"found": SILENT}, UNKNOWN, "No answer.", "again"),
        ({"found": NOT_CONNECTED}, UNKNOWN, "Nothing there.", "Connect Klaviyo"),
        ({}, PROBLEM, "neither", "Without a signal"),
        ({"email": RUBBISH}, PROBLEM, "cannot be read", "Correct it"),
        ({"email": SHARED}, PROBLEM, "shared or test value", "its own"),
        ({"email": SHARED, "phone": RUBBISH}, PROBLEM, "shared", "its own"),
        ({"email": RUBBISH, "phone": USABLE}, OK, "a signal", ""),
        ({"email": USABLE}, OK, "a signal", ""),
    ],
)
def test_the_signals_of_a_profile(
    seen: dict[str, Any], state: FindingState, says: str, fix: str
) -> None:
    """One usable signal is enough; a profile that was not shown is not called gone."""
    profile = ProfileSeen(**({"profile_id": "P", "found": YES} | seen))
    assert_told(profile_signals.check(given(profile=profile)), state, says, fix)


def evidence_of(friend_asked: bool, **seen: Any) -> Evidence:  # noqa: FBT001 - a row
    """A readable profile with an email address, and Hana asked about or not."""
    profile = ProfileSeen(**{"profile_id": "P", "found": YES, "email": USABLE, **seen})
    asked = FriendSeen(line_user=HANA) if friend_asked else None
    return given(profile=profile, friend=asked)


@pytest.mark.parametrize(
    ("friend_asked", "seen", "state", "says", "fix"),
    [
        (False, {"linked_to": KENTA}, OK, "is linked", ""),
        (True, {"linked_to": HANA}, OK, "is linked", ""),
        (True, {"linked_to": KENTA}, PROBLEM, "another friend", "Unlink"),
        (False, {"best": MISMATCH}, PROBLEM, "different profiles", "Compare"),
        (False, {"best": FORWARDED}, PROBLEM, "name different", "Nothing to do"),
        (False, {}, PROBLEM, "No LINE login", "log in to LINE"),
    ],
)
def test_who_came_for_a_profile(
    friend_asked: bool,  # noqa: FBT001 - a row
    seen: dict[str, Any],
    state: FindingState,
    says: str,
    fix: str,
) -> None:
    """Linked to whom, or what became of those who came with its signals."""
    found = profile_attempts.check(evidence_of(friend_asked, **seen))
    assert_told(found, state, says, fix)


@pytest.mark.parametrize("seen", [{"found": NOT_THERE}, {"email": RUBBISH}])
def test_nobody_can_come_for_a_profile_without_signals(seen: dict[str, Any]) -> None:
    """Then the missing signal is the finding."""
    assert profile_attempts.check(evidence_of(False, **seen)) == []


def ended(code: OutcomeCode, row: int, count: int) -> AttemptsSeen:
    """So many attempts that ended there."""
    return AttemptsSeen(code=code, row=row, detail="", count=count)


LINKED = ended(OutcomeCode.LINKED, 28, 10)


def test_exactly_half_is_no_more_than_a_doubt() -> None:
    """As many are linked as are not."""
    attempts = (LINKED, ended(OutcomeCode.MISMATCH, 16, 10))
    [found] = attempt_reasons.check(given(attempts=attempts))
    assert found.state is DOUBT


def test_the_most_frequent_reasons() -> None:
    """Three at most, the most frequent first; more than half of all is a problem."""
    attempts = (
        ended(OutcomeCode.CONFLICT, 31, 3),
        LINKED,
        ended(OutcomeCode.INVALID_SIGNAL, 6, 30),
        ended(OutcomeCode.MISMATCH, 16, 2),
        ended(OutcomeCode.EXPIRED, 5, 4),
    )
    found = attempt_reasons.check(given(attempts=attempts))
    assert [each.state for each in found] == [PROBLEM, DOUBT, DOUBT]
    assert [each.evidence[1].value for each in found] == ["30", "4", "3"]
    assert "merge variable" in found[0].says
    assert "merge variable" in found[0].fix


@pytest.mark.parametrize(
    "wanted",
    [
        OutcomeCode.LINKED,
        OutcomeCode.ALREADY_LINKED,
        OutcomeCode.UNLINKED,
        OutcomeCode.KEPT,
        OutcomeCode.DECLINED,
        OutcomeCode.REPLACED,
        OutcomeCode.ERASED,
        OutcomeCode.DECIDED_OTHERWISE,
    ],
)
def test_what_somebody_decided_is_nothing_to_mend(wanted: OutcomeCode) -> None:
    """Links, and ends that a person wanted."""
    attempts = (ended(wanted, 48, 5), LINKED)
    found = attempt_reasons.check(given(attempts=attempts))
    assert_told(found, OK, "Every attempt", "")


def test_without_attempts_nothing_is_known() -> None:
    """Nobody has come yet: neither well nor wrong."""
    [found] = attempt_reasons.check(given())
    assert (found.state, "Nobody" in found.says) == (UNKNOWN, True)


def test_other_people_explain_nothing_about_one() -> None:
    """Where somebody is named, only they are looked at."""
    attempts = (ended(OutcomeCode.INVALID_SIGNAL, 6, 30),)
    asked = FriendSeen(line_user=HANA)
    assert attempt_reasons.check(given(attempts=attempts, friend=asked)) == []
