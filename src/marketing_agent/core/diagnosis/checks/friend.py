"""Why one friend is not linked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.findings import (
    Finding,
    FindingState,
    Remedy,
    Seen,
)

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence, FriendSeen, ShopSeen

_NAME: Final = "friend"


def check(evidence: Evidence) -> list[Finding]:
    """The friend's best attempt says what is missing."""
    friend = evidence.friend
    return [] if friend is None else [_of(friend, evidence.shop)]


def _of(friend: FriendSeen, shop: ShopSeen) -> Finding:
    if friend.linked:
        says = "This friend is linked."
        return Finding(check=_NAME, state=FindingState.OK, says=says)
    if friend.best is not None:
        best = friend.best
        return Finding(
            check=_NAME,
            state=FindingState.PROBLEM,
            says=best.reason,
            evidence=(Seen(what="outcome", value=best.code.value),),
            fix=best.next_step or "Nothing to do.",
        )
    if friend.following is not True:
        says = "This LINE user does not follow your account, or has blocked it."
        fix = "They have to add the account as a friend."
        return Finding(check=_NAME, state=FindingState.PROBLEM, says=says, fix=fix)
    return _untried(shop)


def _untried(shop: ShopSeen) -> Finding:
    switch_on = Remedy(tool="set_auto_link", arguments={"on": True})
    return Finding(
        check=_NAME,
        state=FindingState.PROBLEM,
        says="Nothing has tried to link this friend: no email address, phone number or "
        "stored LINE User ID leads to them.",
        fix="Send them an email with a custom QR code, or show them a form."
        if shop.auto_link_on
        else "Send them an email with a custom QR code, show them a form, or switch "
        "auto-link on.",
        remedy=None if shop.auto_link_on else switch_on,
    )
