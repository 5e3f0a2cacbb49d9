"""Further methods to suggest when many friends are unlinked, and why each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from marketing_agent.core.facts import Method

if TYPE_CHECKING:
    from collections.abc import Collection

    from marketing_agent.storage.coverage import Coverage, Unreached

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


def hints(
    covered: Coverage, set_up: Collection[Method], unreached: Unreached
) -> tuple[Hint, ...]:
    """The methods that are not set up, if many friends are unlinked."""
    if not are_many_unlinked(covered):
        return ()
    return tuple(
        Hint(method=method, why=_why(method, covered, unreached))
        for method in _SUGGESTED
        if method not in set_up
    )


def _why(method: Method, covered: Coverage, unreached: Unreached) -> str:
    match method:
        case Method.QR_LINK:
            return (
                f"Nothing has asked {unreached.untried} of {covered.unlinked} unlinked "
                "friends to link yet; a custom QR code in a Klaviyo email does."
            )
        case Method.FORM_LINKAGE:
            return "Customers who submit a Klaviyo form could link on its last screen."
        case Method.IMPORT:
            return (
                "If LINE User IDs are stored in Klaviyo already, importing them links "
                "those friends without their doing anything."
            )
        case _:
            return (
                f"Auto-link is off, and the email or phone of {unreached.with_signals} "
                "unlinked friends is known here."
            )
