"""Custom QR codes with what came of each: openings, logins, friends, links.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from marketing_agent.api.signed_in import SignedIn
from marketing_agent.api.status.people import People
from marketing_agent.core.callers import Caller
from marketing_agent.services import qr_links
from marketing_agent.services.ground import Ground
from marketing_agent.services.status.funnel import steps_of_qr_links
from marketing_agent.toolbox.qr_link_tools import QrLinkCard, card_of


class QrCodeRow(BaseModel):
    """A custom QR code; openings are counted, the rest are people."""

    qr_link: QrLinkCard
    logged_in: int
    friends: int
    """Of those who logged in, who follow now."""
    linked: int
    """Of those who logged in, who are linked."""


def qr_code_router(ground: Ground, signed_in: SignedIn) -> APIRouter:
    """The route /api/v1/qr-links."""
    router = APIRouter(prefix="/api/v1", tags=["status"])
    person = Annotated[Caller, Depends(People(signed_in))]

    @router.get("/qr-links")
    async def list_qr_codes(caller: person) -> list[QrCodeRow]:
        """All of them, newest first, with how far they brought how many."""
        sheets = await qr_links.show(ground, caller.merchant_id)
        steps = await steps_of_qr_links(ground, caller.merchant_id)
        rows = []
        for sheet in sheets:
            used = steps.get(sheet.qr_link.slug)
            rows.append(
                QrCodeRow(
                    qr_link=card_of(sheet),
                    logged_in=0 if used is None else used.tried,
                    friends=0 if used is None else used.friends,
                    linked=0 if used is None else used.linked,
                )
            )
        return rows

    return router
