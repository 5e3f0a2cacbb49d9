"""Further methods to suggest when many friends are unlinked, and why each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from marketing_agent.core.facts import Method
from marketing_agent.storage import coverage

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.storage.coverage import Coverage

_SUGGESTED: Final = (
    Method.QR_LINK,
    Method.FORM_LINKAGE,
    Method.IMPORT,
    Method.AUTO_LINK,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A method that is not set up yet, and what speaks for it here."""

    method: Method
    why: str


def are_many_unlinked(covered: Coverage) -> bool:
    """Whether fewer than half of the friends are linked."""
    return covered.unlinked > covered.linked


async def hints(
    tx: AsyncConnection, merchant_id: int, covered: Coverage
) -> tuple[Hint, ...]:
    """The methods that are not set up, if many friends are unlinked."""
    if not are_many_unlinked(covered):
        return ()
    set_up = await coverage.methods_set_up(tx, merchant_id)
    return tuple(
        [
            Hint(method=method, why=await _why(tx, merchant_id, method, covered))
            for method in _SUGGESTED
            if method not in set_up
        ]
    )


async def _why(
    tx: AsyncConnection, merchant_id: int, method: Method, covered: Coverage
) -> str:
    match method:
        case Method.QR_LINK:
            untried = await coverage.count_untried(tx, merchant_id)
            return (
                f"Nothing has asked {untried} of {covered.unlinked} unlinked friends "
                "to link yet; a custom QR code in a Klaviyo email does."
            )
        case Method.FORM_LINKAGE:
            return "Customers who submit a Klaviyo form could link on its last screen."
        case Method.IMPORT:
            return (
                "If LINE User IDs are stored in Klaviyo already, importing them links "
                "those friends without their doing anything."
            )
        case _:
            known = await coverage.count_with_signals(tx, merchant_id)
            return (
                f"Auto-link is off, and the email or phone of {known} unlinked friends "
                "is known here."
            )
