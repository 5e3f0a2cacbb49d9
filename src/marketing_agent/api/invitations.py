"""The people of a shop: who is invited, inviting, and taking an invitation back.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from marketing_agent.api.signed_in import SignedIn
from marketing_agent.api.status.people import ChangeMade, People
from marketing_agent.core.callers import Caller, Role
from marketing_agent.services import people
from marketing_agent.services.ground import Ground
from marketing_agent.services.people import InvitationState

InvitationId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


class PersonRow(BaseModel):
    """Somebody who signed in by an invitation, or may do so."""

    id: str
    """Of the invitation."""
    name: str
    subject: str
    """The `made_by` of this person's changes."""
    role: Role
    state: InvitationState
    invited_at: datetime
    expires_at: datetime
    signed_in_at: datetime | None


class Invitation(BaseModel):
    """Whom to let in."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=200)
    role: Role


class InvitationAnswer(ChangeMade):
    """The one-time link, which is told only here."""

    link: str
    expires_at: datetime


def invitation_router(ground: Ground, signed_in: SignedIn) -> APIRouter:
    """The routes /api/v1/people and /api/v1/invitations."""
    router = APIRouter(prefix="/api/v1", tags=["people"])
    person = Annotated[Caller, Depends(People(signed_in))]

    @router.get("/people")
    async def list_people(caller: person) -> list[PersonRow]:
        """The last 200 invitations, and what became of them, newest first."""
        return [
            PersonRow(
                id=each.id,
                name=each.name,
                subject=each.subject,
                role=each.role,
                state=each.state,
                invited_at=each.invited_at,
                expires_at=each.expires_at,
                signed_in_at=each.signed_in_at,
            )
            for each in await people.people(ground, caller.merchant_id)
        ]

    @router.post("/invitations", status_code=201)
    async def invite(
        given: Invitation, caller: person, response: Response
    ) -> InvitationAnswer:
        """A link that lets one person sign in once, within a day. Owners only."""
        response.headers["Cache-Control"] = "no-store"
        made = await people.invite(ground, caller, name=given.name, role=given.role)
        return InvitationAnswer(
            change_id=made.change_id, link=made.link, expires_at=made.expires_at
        )

    @router.delete("/invitations/{invitation_id}")
    async def withdraw(invitation_id: InvitationId, caller: person) -> ChangeMade:
        """End a link that nobody has used yet. Owners only."""
        change_id = await people.withdraw(ground, caller, invitation_id)
        return ChangeMade(change_id=change_id)

    return router
