"""`GET /api/accounts`: the one account that the key belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo import wire
from marketing_agent.sandbox.klaviyo.limits import Tier
from marketing_agent.sandbox.klaviyo.operations import Ask, Operation, Reply
from marketing_agent.sandbox.klaviyo.query import Query

if TYPE_CHECKING:
    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

_CONTACT = "contact_information"
_STREET = f"{_CONTACT}.street_address"
_FIELDS = (
    "id",
    "industry",
    "locale",
    "preferred_currency",
    "public_api_key",
    "test_account",
    "timezone",
    _CONTACT,
    f"{_CONTACT}.default_sender_email",
    f"{_CONTACT}.default_sender_name",
    f"{_CONTACT}.organization_name",
    f"{_CONTACT}.website_url",
    _STREET,
)


def get_accounts(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer the account, as a collection of one."""
    query = Query(ask.query, known=("fields[account]",))
    fields = query.fields("account", _FIELDS)
    resource = wire.account_resource(world.account, ask.base, fields)
    links = {"self": f"{ask.base}/api/accounts"}
    return Reply(document=wire.collection([resource], links, []))


ACCOUNT_OPERATIONS = (
    Operation(
        method="GET",
        path="/api/accounts",
        scopes=("accounts:read",),
        tier=Tier.XS,
        carry_out=get_accounts,
    ),
)
