"""Friends' contacts over HTTP: entered by a signed-in person, one or many at once.

The request itself is that person's approval. Annotations are evaluated at once here:
FastAPI reads those of the inner functions.
"""

from typing import Annotated

from fastapi import APIRouter, Body, Depends
from pydantic import BaseModel, ConfigDict, Field

from marketing_agent.agent.planner.phrase_book import phrase_book
from marketing_agent.api.languages import Language
from marketing_agent.api.signed_in import SignedIn
from marketing_agent.core.callers import Caller
from marketing_agent.services import changes, contacts
from marketing_agent.services.changes import Call, Json, Made, Write
from marketing_agent.services.contacts import Contact, RowResult
from marketing_agent.services.ground import Ground


class ContactEntry(BaseModel):
    """A friend's own email and phone; one that is left out or null is taken away."""

    model_config = ConfigDict(extra="forbid")

    email: str | None = Field(default=None, max_length=320)
    phone: str | None = Field(default=None, max_length=64)
    consent: bool | None = Field(
        default=None, description="To broadcasts; left out, it stays as it is."
    )


class ContactAnswer(BaseModel):
    """Whether anything about this friend is new, and the change that records it."""

    changed: bool
    change_id: int


class RowAnswer(BaseModel):
    """What became of one row of the file, counted from 1 after the first line."""

    row: int
    line_user_id: str | None
    result: RowResult
    reason: str | None


class ContactsAnswer(BaseModel):
    """How many rows were new, known already or refused, and each of them."""

    changed: int
    unchanged: int
    refused: int
    rows: list[RowAnswer]
    change_id: int


def friend_router(ground: Ground, signed_in: SignedIn) -> APIRouter:
    """The routes under /api/v1/friends."""
    router = APIRouter(prefix="/api/v1/friends", tags=["friends"])

    calling = Annotated[Caller, Depends(signed_in)]

    async def made(caller: Caller, call: Call, write: Write) -> Made:
        approval_id = await changes.approve(ground, caller, call)
        return await changes.carry_out(ground, caller, call, approval_id, write)

    @router.put("/{line_user_id}/contact")
    async def set_contact(
        line_user_id: str, entry: ContactEntry, caller: calling
    ) -> ContactAnswer:
        """Keep a friend's own email and phone; auto-link then looks for a profile."""
        contact = Contact(
            email=entry.email or "", phone=entry.phone or "", consent=entry.consent
        )
        line_user = contacts.line_user_of(line_user_id)
        call = Call(tool="set_contact", arguments={"line_user_id": line_user})
        write = contacts.enter(ground, line_user, contact)
        done = await made(caller, call, write)
        return ContactAnswer(changed=done.result["changed"], change_id=done.change_id)

    @router.post("/contacts.csv")
    async def set_contacts(
        file: Annotated[
            bytes,
            Body(
                media_type="text/csv",
                description="Columns line_user_id, email, phone and consent; UTF-8.",
            ),
        ],
        caller: calling,
        language: Language,
    ) -> ContactsAnswer:
        """Keep the contacts of a CSV file; an empty cell leaves a value as it is."""
        entered = contacts.enter_file(ground, file)
        call = Call(tool="set_contacts", arguments={})
        done = await made(caller, call, entered.write)
        rows = [_row_in(language, each) for each in entered.told]
        return ContactsAnswer.model_validate(
            done.result | {"rows": rows, "change_id": done.change_id}
        )

    return router


def _row_in(language: str, row: Json) -> Json:
    reason = row["reason"]
    return row | {"reason": reason and phrase_book().said(reason, language)}
