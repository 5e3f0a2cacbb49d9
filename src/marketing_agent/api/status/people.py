"""Routes for people alone: they show names, and a click in them is an approval.

Annotations are evaluated at once here: FastAPI reads those of the dependency.
"""

from fastapi import Request
from pydantic import BaseModel

from marketing_agent.api.signed_in import SignedIn
from marketing_agent.core.callers import Caller, CallerKind
from marketing_agent.core.errors import NotAllowed
from marketing_agent.services import changes
from marketing_agent.services.changes import Call, Made, Write
from marketing_agent.services.ground import Ground


class OnlyForPeople(NotAllowed):
    """This is for signed-in people. Programs use the tools."""


class ChangeMade(BaseModel):
    """A change that was made at once: its number, by which it can be undone."""

    change_id: int


class People:
    """The dependency of routes for people: the caller, if that is a person."""

    def __init__(self, signed_in: SignedIn) -> None:
        self._signed_in = signed_in

    async def __call__(self, request: Request) -> Caller:
        """Raises OnlyForPeople, and what being signed in raises."""
        caller = await self._signed_in(request)
        if caller.kind is not CallerKind.HUMAN:
            raise OnlyForPeople
        return caller


async def clicked(ground: Ground, caller: Caller, call: Call, write: Write) -> Made:
    """Make a write that a person saves in the dashboard: the click is the approval.

    Raises OnlyPeopleApprove, and what the write raises.
    """
    approval = await changes.approve(ground, caller, call)
    return await changes.carry_out(ground, caller, call, approval, write)
