"""The secret header of a form's webhook: made, renewed, shown to its owner, compared.

Sealed at rest. The merchant has to paste it into Klaviyo's Webhook action, so an owner
who is signed in can read it; no tool and no model ever does.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.callers import CallerKind, Role
from marketing_agent.core.errors import NotAllowed, NotFound
from marketing_agent.core.form_linkage import LINKING_KEY_HEADER, submission_details
from marketing_agent.storage import form_linkages, merchants
from marketing_agent.storage import form_secrets as sealed_secrets

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.callers import Caller
    from marketing_agent.services.ground import Ground

FORMER_SECRET_LIFE: Final = timedelta(hours=24)
"""How long the secret before a new one is still accepted."""

_SECRETS: Final = "secret of a form's webhook"


class OnlyOwnersSeeSecrets(NotAllowed):
    """Only a signed-in owner sees the secret of a webhook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Linking Settings After Form Submission, for the flow's Webhook action."""

    linking_url: str
    header: str
    secret: str = field(repr=False)
    former_secret_until: datetime | None
    """Until when the secret before this one is still accepted."""
    submission_details: str


def new_secret(ground: Ground) -> bytes:
    """256 random bits as text, sealed."""
    return ground.vault.seal(secrets.token_urlsafe(32).encode(), purpose=_SECRETS)


async def renew(
    ground: Ground, tx: AsyncConnection, merchant_id: int, slug: str
) -> None:
    """Give the webhook a new secret; the one before stays good for a day."""
    until = ground.clock() + FORMER_SECRET_LIFE
    await sealed_secrets.renew(
        tx, merchant_id, slug, new_secret(ground), previous_until=until
    )


async def webhook_settings(
    ground: Ground, caller: Caller, slug: str
) -> WebhookSettings:
    """The settings with the secret in plain text, for an owner in person.

    Raises OnlyOwnersSeeSecrets and NotFound.
    """
    if caller.kind is not CallerKind.HUMAN or caller.role is not Role.OWNER:
        raise OnlyOwnersSeeSecrets
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, caller.merchant_id)
        sealed = await sealed_secrets.find(tx, caller.merchant_id, slug)
        saved = sealed and await form_linkages.find(tx, caller.merchant_id, slug)
    if sealed is None or not saved:
        raise NotFound(noun="form linkage", name=slug[:40])
    until = sealed.previous_until
    return WebhookSettings(
        linking_url=saved.webhook_url(ground.public_url, merchant.webhook_key),
        header=LINKING_KEY_HEADER,
        secret=_opened(ground, sealed.current),
        former_secret_until=until if until and until > ground.clock() else None,
        submission_details=submission_details(saved.form_id),
    )


async def is_valid(
    ground: Ground, tx: AsyncConnection, merchant_id: int, slug: str, given: str
) -> bool:
    """Whether this is the setting's secret, or the one before within its day.

    The time that it takes tells nothing, not even whether there is such a setting.
    """
    sealed = await sealed_secrets.find(tx, merchant_id, slug)
    current = previous = secrets.token_urlsafe(32)
    if sealed is not None:
        current = _opened(ground, sealed.current)
        until = sealed.previous_until
        if sealed.previous is not None and until and until > ground.clock():
            previous = _opened(ground, sealed.previous)
    # Both are compared, whatever the first comes to.
    matches = [_equal(given, each) for each in (current, previous)]
    return any(matches)


def _opened(ground: Ground, sealed: bytes) -> str:
    return ground.vault.open(sealed, purpose=_SECRETS).decode()


def _equal(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), secret.encode())
