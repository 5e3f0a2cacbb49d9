"""What only an owner in person may do: no program, no staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.callers import CallerKind, Role
from marketing_agent.core.errors import NotAllowed

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller


class OnlyOwners(NotAllowed):
    """Only a signed-in owner can do this. Ask an owner of your shop."""


def expect_owner(caller: Caller) -> None:
    """Raises OnlyOwners."""
    if caller.kind is not CallerKind.HUMAN or caller.role is not Role.OWNER:
        raise OnlyOwners
