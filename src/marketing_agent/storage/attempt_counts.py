"""Attempts by the setting that they came through."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.storage.tables import outcomes

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.facts import Method


@dataclass(slots=True)
class SettingCount:
    """What came through one setting."""

    attempts: int = 0
    unlinked_by_row: dict[int, int] = field(default_factory=dict)
    """Attempts that stand behind no link, by the decision table's row."""


async def by_setting(
    tx: AsyncConnection, merchant_id: int, method: Method
) -> defaultdict[str, SettingCount]:
    """The attempts of a method; a setting without any counts zero."""
    key = (outcomes.c.setting, outcomes.c.code, outcomes.c.row)
    rows = await tx.execute(
        select(*key, func.count())
        .where(
            outcomes.c.merchant_id == merchant_id,
            outcomes.c.method == method.value,
            outcomes.c.setting.is_not(None),
        )
        .group_by(*key)
    )
    found: defaultdict[str, SettingCount] = defaultdict(SettingCount)
    for setting, code, row, claims in rows:
        counted = found[setting]
        counted.attempts += claims
        if not OutcomeCode(code).is_linked:
            before = counted.unlinked_by_row.get(row, 0)
            counted.unlinked_by_row[row] = before + claims
    return found
