"""Routes for people alone: they show names, and a click in them is an approval.

Annotations are evaluated at once here: FastAPI reads those of the dependency.
"""

from fastapi import Request
from pydantic import BaseModel

from marketing_agent.api.signed_in import SignedIn
from marketing_agent.core.callers import Caller, CallerKind
from marketing_agent.core.errors import NotAllowed


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
