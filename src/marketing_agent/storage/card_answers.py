"""What a person answered to a card: once, and the same answer again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.conditions import is_one_of
from marketing_agent.storage.tables import card_answers

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAnswer:
    """`answer` is what was decided, as canonical JSON; with a yes, its approval."""

    card_id: str
    tool_call_id: str
    answer: Mapping[str, Any]
    approval_id: str | None


async def store(
    tx: AsyncConnection,
    merchant_id: int,
    thread_id: str,
    answers: Collection[CardAnswer],
    now: datetime,
) -> None:
    """Store answers to cards that had none; those that had one keep it."""
    if not answers:
        return
    rows = [
        {
            "merchant_id": merchant_id,
            "card_id": each.card_id,
            "thread_id": thread_id,
            "tool_call_id": each.tool_call_id,
            "answer": dict(each.answer),
            "approval_id": each.approval_id,
            "answered_at": now,
        }
        for each in answers
    ]
    await tx.execute(insert(card_answers).on_conflict_do_nothing(), rows)


async def of_cards(
    tx: AsyncConnection, merchant_id: int, thread_id: str, card_ids: Collection[str]
) -> dict[str, CardAnswer]:
    """The answers that these cards of the thread have had, by card."""
    is_asked = is_one_of(card_answers.c.card_id, card_ids)
    found = await _found(tx, merchant_id, thread_id, is_asked)
    return {each.card_id: each for each in found}


async def of_calls(
    tx: AsyncConnection, merchant_id: int, thread_id: str, calls: Collection[str]
) -> dict[str, CardAnswer]:
    """The answers to the cards of these tool calls, by tool call."""
    is_asked = is_one_of(card_answers.c.tool_call_id, calls)
    found = await _found(tx, merchant_id, thread_id, is_asked)
    return {each.tool_call_id: each for each in found}


async def _found(
    tx: AsyncConnection, merchant_id: int, thread_id: str, is_asked: ColumnElement[bool]
) -> list[CardAnswer]:
    rows = await tx.execute(
        select(card_answers).where(
            card_answers.c.merchant_id == merchant_id,
            card_answers.c.thread_id == thread_id,
            is_asked,
        )
    )
    return [
        CardAnswer(
            card_id=row["card_id"],
            tool_call_id=row["tool_call_id"],
            answer=row["answer"],
            approval_id=row["approval_id"],
        )
        for row in rows.mappings()
    ]
