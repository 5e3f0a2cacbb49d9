"""What a write would do, without doing it: it is made and taken back.

So nobody is asked about what cannot be done as things are, and an answer that was
thought over can be told from one to something that has changed since.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.services.changes import Call, Json, Write, Written
    from marketing_agent.services.ground import Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Before and after, as JSON values; `undo` is the call that would take it back."""

    before: Json | None
    """How it is now; None for what is not there yet, or is no matter of fields."""
    after: Json
    undo: Json | None
    target: str | None

    @property
    def as_json(self) -> Json:
        """What is stored beside the request."""
        return asdict(self)

    def differs_from(self, shown: Mapping[str, Any]) -> bool:
        """Whether what was shown as `shown` would mean something else by now.

        A new thing has another target each time it is tried.
        """
        return bool(self.target == shown["target"] and self.undo != shown["undo"])


async def outlook(
    ground: Ground, merchant_id: int, call: Call, write: Write
) -> Outlook:
    """Try the write, and leave everything as it was. Raises what the write raises."""
    async with ground.database.merchant_transaction(merchant_id) as tx:
        tried = await tx.begin_nested()
        written = await write(tx, merchant_id)
        await tried.rollback()
    before = _before(call, written)
    return Outlook(
        before=before,
        after={**(before or {}), **call.arguments},
        undo=_undo(written),
        target=written.target,
    )


def _before(call: Call, written: Written) -> Json | None:
    """The fields that the opposite of a change would bring back."""
    inverse = written.inverse
    if inverse is None or inverse.tool != call.tool:
        return None
    return dict(inverse.arguments)


def _undo(written: Written) -> Json | None:
    if written.inverse is None:
        return None
    return {"tool": written.inverse.tool, "arguments": dict(written.inverse.arguments)}
