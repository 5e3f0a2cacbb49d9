"""Linking Settings After Form Submission with the secret header, for an owner's eyes.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from marketing_agent.api.signed_in import SignedIn
from marketing_agent.core.callers import Caller
from marketing_agent.services import form_secrets
from marketing_agent.services.ground import Ground


class WebhookSettings(BaseModel):
    """What the Webhook action of the Klaviyo flow is given."""

    linking_url: str
    header: str
    secret: str
    former_secret_until: datetime | None
    """Until when the secret before this one is still accepted."""
    submission_details: str


def form_linkage_router(ground: Ground, signed_in: SignedIn) -> APIRouter:
    """The route under /api/v1."""
    router = APIRouter(prefix="/api/v1", tags=["form linkages"])

    calling = Annotated[Caller, Depends(signed_in)]

    @router.get("/form-linkages/{slug}/webhook")
    async def show_webhook(
        slug: str, caller: calling, response: Response
    ) -> WebhookSettings:
        """The webhook with its secret, which no tool shows. Only a signed-in owner."""
        response.headers["Cache-Control"] = "no-store"
        settings = await form_secrets.webhook_settings(ground, caller, slug)
        return WebhookSettings(
            linking_url=settings.linking_url,
            header=settings.header,
            secret=settings.secret,
            former_secret_until=settings.former_secret_until,
            submission_details=settings.submission_details,
        )

    return router
