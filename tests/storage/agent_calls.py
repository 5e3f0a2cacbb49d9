"""Calls of the repositories of approval requests and token use."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.callers import CallerKind
from marketing_agent.storage import approval_requests, token_use
from marketing_agent.storage.approval_requests import NewRequest, Reply
from marketing_agent.storage.token_use import TokenUse
from tests.storage.world import HANA, LATER, NOW, YESTERDAY

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from tests.storage.repository_calls import Ask

REQUEST: Final = NewRequest(
    tool="unlink_friend",
    arguments={"line_user_id": HANA},
    request_id="",
    outlook={"target": None},
    asked_by="helper",
    asked_kind=CallerKind.MCP,
    asked_at=NOW,
    expires_at=LATER + timedelta(days=1),
)
NO: Final = Reply(approved=False, answered_by="hana", answered_at=NOW, reason="Later")
USED: Final = TokenUse(tokens_in=30, tokens_out=12, estimated=2)


async def ask_for_something(tx: AsyncConnection, merchant_id: int) -> None:
    """A program asked for a write, and a language model was used."""
    await approval_requests.add(tx, merchant_id, REQUEST)
    await token_use.add(tx, merchant_id, NOW.date(), USED)


async def newest_request(tx: AsyncConnection, merchant_id: int) -> str:
    """The id of the request that was made last."""
    return (await approval_requests.newest(tx, merchant_id, 1))[0].id


AGENT_READS: Final[dict[str, Ask]] = {
    "approval_requests.count_open": lambda tx, m, _: approval_requests.count_open(
        tx, m, NOW
    ),
    "approval_requests.find_for_update": (
        lambda tx, m, known: approval_requests.find_for_update(tx, m, known.request)
    ),
    "approval_requests.newest": lambda tx, m, _: approval_requests.newest(tx, m, 9),
    "approval_requests.same": lambda tx, m, _: approval_requests.same(tx, m, REQUEST),
    "token_use.days": lambda tx, m, _: token_use.days(tx, m, YESTERDAY.day),
}
AGENT_WRITES: Final[dict[str, Ask]] = {
    "approval_requests.add": lambda tx, m, _: approval_requests.add(tx, m, REQUEST),
    "approval_requests.answer": lambda tx, m, known: approval_requests.answer(
        tx, m, known.request, NO
    ),
    "approval_requests.show_again": lambda tx, m, known: approval_requests.show_again(
        tx, m, known.request, {"target": "other"}
    ),
    "token_use.add": lambda tx, m, _: token_use.add(tx, m, NOW.date(), USED),
}
