"""The clients of Klaviyo and LINE over a merchant's credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.platforms.klaviyo.client import KlaviyoClient
from marketing_agent.platforms.klaviyo.types import KlaviyoCredentials
from marketing_agent.platforms.line.messaging import LineMessaging
from marketing_agent.platforms.sender import DEFAULT_PATIENCE

if TYPE_CHECKING:
    from marketing_agent.platforms.line.types import LineChannel
    from marketing_agent.platforms.sender import Sender
    from marketing_agent.services.ground import Ground


def klaviyo_client(
    ground: Ground, merchant_id: int, private_key: str, *, background: bool = False
) -> KlaviyoClient:
    """The client of the Klaviyo account that this key belongs to."""
    return KlaviyoClient(
        ground.hosts.klaviyo_api,
        KlaviyoCredentials(private_key=private_key),
        _sender(ground, background=background),
        account_key=klaviyo_limits(merchant_id),
    )


def klaviyo_limits(merchant_id: int) -> str:
    """Under which key the calls to the merchant's Klaviyo account are counted."""
    return f"klaviyo of merchant {merchant_id}"


def line_messaging(
    ground: Ground, channel: LineChannel, *, background: bool = False
) -> LineMessaging:
    """The client of a Messaging API channel."""
    sender = _sender(ground, background=background)
    return LineMessaging(ground.hosts.line_api, channel, sender, ground.line_tokens)


def _sender(ground: Ground, *, background: bool) -> Sender:
    """What has to wait longer than anybody would comes back later instead."""
    return (
        ground.sender.in_background(DEFAULT_PATIENCE) if background else ground.sender
    )
