"""No write of a merchant's without a person's yes to exactly this call."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.core.callers import CallerKind, Role
from marketing_agent.services.changes import APPROVAL_LIFE
from tests.desk import EMAIL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.desk import Desk

SOMEBODY = "U" + "a" * 32


async def _none(desk: Desk) -> str | None:
    del desk
    return None


async def _unknown(desk: Desk) -> str | None:
    await desk.approve("create_qr_link", EMAIL)
    return "bm90IGFuIGFwcHJvdmFs"


async def _unstorable(desk: Desk) -> str | None:
    del desk
    return "\0"


async def _of_other_arguments(desk: Desk) -> str | None:
    return await desk.approve("create_qr_link", EMAIL | {"name": "Newsletters"})


async def _of_another_tool(desk: Desk) -> str | None:
    return await desk.approve("unlink_friend", {"line_user_id": SOMEBODY})


async def _of_another_merchant(desk: Desk) -> str | None:
    neighbour = desk.caller(merchant_id=desk.neighbour_id)
    answer = await desk.ask_approval("create_qr_link", EMAIL, neighbour)
    return str(answer.json()["approval_id"])


async def _expired(desk: Desk) -> str | None:
    approval = await desk.approve("create_qr_link", EMAIL)
    desk.clock.now += APPROVAL_LIFE + timedelta(seconds=1)
    return approval


@pytest.mark.parametrize(
    ("approval_of", "error"),
    [
        (_none, "ApprovalNeeded"),
        (_unknown, "ApprovalNeeded"),
        (_unstorable, "ApprovalNeeded"),
        (_of_other_arguments, "ApprovalMismatch"),
        (_of_another_tool, "ApprovalMismatch"),
        (_of_another_merchant, "ApprovalNeeded"),
        (_expired, "ApprovalExpired"),
    ],
)
async def test_without_the_right_approval_nothing_is_written(
    desk: Desk, approval_of: Callable[[Desk], Awaitable[str | None]], error: str
) -> None:
    """A missing, foreign, altered or old approval is refused with what to do."""
    approval = await approval_of(desk)
    before = await desk.counts()

    answer = await desk.call("create_qr_link", EMAIL, approval=approval)

    assert (answer.status_code, answer.json()["error"]) == (403, error)
    assert await desk.counts() == before


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (CallerKind.AGENT, Role.OWNER),
        (CallerKind.MCP, Role.OWNER),
        (CallerKind.HUMAN, Role.VIEWER),
        (CallerKind.AGENT, Role.VIEWER),
    ],
)
async def test_only_people_who_may_change_things_mint_approvals(
    desk: Desk, kind: CallerKind, role: Role
) -> None:
    """An agent cannot say yes to itself, and a viewer to nothing."""
    answer = await desk.ask_approval("create_qr_link", EMAIL, desk.caller(kind, role))

    assert (answer.status_code, answer.json()["error"]) == (403, "OnlyPeopleApprove")
    assert (await desk.counts())["approvals"] == 0


async def test_an_agent_carries_out_what_a_person_approved(desk: Desk) -> None:
    """The card was answered by a person; the agent's own token is enough then."""
    approval = await desk.approve("create_qr_link", EMAIL)
    agent = desk.caller(CallerKind.AGENT)

    answer = await desk.call("create_qr_link", EMAIL, approval=approval, caller=agent)

    assert answer.status_code == 200
    assert answer.json()["block"]["name"] == "Newsletter"


async def test_a_viewer_cannot_use_the_approval_of_an_owner(desk: Desk) -> None:
    """The role is asked again when the call is carried out."""
    approval = await desk.approve("create_qr_link", EMAIL)
    viewer = desk.caller(role=Role.VIEWER)

    answer = await desk.call("create_qr_link", EMAIL, approval=approval, caller=viewer)

    assert answer.status_code == 403
    assert (await desk.counts())["qr_links"] == 0


@pytest.mark.parametrize(
    "same",
    [
        {"email_variable": "{{ email }}", "name": "Newsletter"},
        EMAIL | {"phone_variable": None},
        EMAIL | {"link_type": "klaviyo_linkage"},
        EMAIL | {"name": "  Newsletter \n"},
    ],
)
async def test_the_same_call_written_differently_is_the_same_call(
    desk: Desk, same: dict[str, Any]
) -> None:
    """Order of keys, spelt-out defaults and outer spaces need no second yes."""
    approval = await desk.approve("create_qr_link", EMAIL)

    answer = await desk.call("create_qr_link", same, approval=approval)

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "other",
    [
        EMAIL | {"name": "newsletter"},
        EMAIL | {"email_variable": "{{email}}"},
        EMAIL | {"phone_variable": "{{ person.phone_number|default:'' }}"},
        {"name": "Newsletter", "link_type": "none"},
    ],
)
async def test_what_differs_in_meaning_needs_another_yes(
    desk: Desk, other: dict[str, Any]
) -> None:
    """One letter more or less and the approval is for something else."""
    approval = await desk.approve("create_qr_link", EMAIL)

    answer = await desk.call("create_qr_link", other, approval=approval)

    assert answer.json()["error"] == "ApprovalMismatch"
    assert (await desk.counts())["qr_links"] == 0


async def test_a_reading_tool_needs_no_approval_and_takes_none(desk: Desk) -> None:
    """Asking a person about something that only looks is refused as a mistake."""
    answer = await desk.ask_approval("show_qr_links", {})

    assert (answer.status_code, answer.json()["error"]) == (422, "NothingToApprove")


@pytest.mark.parametrize(
    ("tool", "arguments", "error"),
    [
        ("create_qr_link", {"name": "x" * 101}, "QrLinkName"),
        ("create_qr_link", {"name": "x"}, "MissingVariable"),
        ("unlink_friend", {"line_user_id": "hana"}, "NotALineUserId"),
        ("delete_everything", {}, "NotFound"),
    ],
)
async def test_nobody_is_asked_about_what_cannot_be_done(
    desk: Desk, tool: str, arguments: dict[str, Any], error: str
) -> None:
    """A call that can never be carried out is refused before anybody says yes."""
    answer = await desk.ask_approval(tool, arguments)

    assert answer.json()["error"] == error
    assert (await desk.counts())["approvals"] == 0


async def test_a_token_of_an_unknown_merchant_approves_nothing(desk: Desk) -> None:
    """A token that outlived its database gets a clear answer."""
    stranger = desk.caller(merchant_id=999)

    answer = await desk.ask_approval("create_qr_link", EMAIL, stranger)

    assert (answer.status_code, answer.json()["error"]) == (404, "NotFound")
