"""The sandboxed platforms and the shop on real ports, with their people."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from marketing_agent.sandbox.klaviyo.seeding import add_persona, set_up_shop
from marketing_agent.sandbox.line import AccountType, Channel, LineWorld, line_app
from marketing_agent.sandbox.seed import (
    IMPORTED,
    PERSONAS,
    SHOP_NAME,
    SYNCED,
    TROUBLED,
    VISITORS,
)
from marketing_agent.sandbox.shop import Customer, Landing, ShopWorld, shop_app
from marketing_agent.wiring.framing import Framed
from marketing_agent.wiring.serving import bound_near, serving_all

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from starlette.types import ASGIApp

    from marketing_agent.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where everything is, and the credentials that a merchant would have."""

    klaviyo_url: str
    line_url: str
    shop_url: str
    klaviyo: KlaviyoWorld
    line: LineWorld
    shop: ShopWorld

    def settings(self, base: Settings, **changes: object) -> Settings:
        """Settings that point at this stage instead of the real platforms."""
        return base.model_copy(
            update={
                "klaviyo_api_url": self.klaviyo_url,
                "klaviyo_app_url": self.klaviyo_url,
                "line_access_url": self.line_url,
                "line_api_url": self.line_url,
                "line_add_friend_url": self.line_url,
                "trusted_pages": self.shop_url,
                **changes,
            }
        )

    def description(self) -> dict[str, object]:
        """What `marketing-agent sandbox` prints on its first line."""
        login, messaging = self.line.login_channel, self.line.messaging_channel
        return {
            "klaviyo": {
                "url": self.klaviyo_url,
                "private_key": self.klaviyo.private_key,
                "public_id": self.klaviyo.account.public_id,
            },
            "line": {
                "url": self.line_url,
                "login_channel": {"id": login.id, "secret": login.secret},
                "messaging_channel": {"id": messaging.id, "secret": messaging.secret},
                "basic_id": self.line.bot.basic_id,
            },
            "shop": {"url": self.shop_url, "name": self.shop.name},
        }


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def set_stage(
    host: str = "127.0.0.1",
    ports: tuple[int, int, int] = (0, 0, 0),
    *,
    clock: Callable[[], datetime] = _now,
    framed_by: str | None = None,
) -> AsyncIterator[Stage]:
    """Serve Klaviyo, LINE and the shop until the block ends.

    A wanted port that is taken is replaced by a free one; 0 always takes a free one.
    `framed_by` is an origin whose pages may show those of LINE and the shop in frames.
    """
    klaviyo = KlaviyoWorld(clock=clock)
    line = LineWorld(
        login_channel=Channel(id="2000000001", secret="login-channel-of-the-sandbox"),
        messaging_channel=Channel(id="2000000002", secret="messaging-of-the-sandbox"),
        clock=clock,
    )
    line.account_type = AccountType.VERIFIED
    line.email_permission = True
    shop = ShopWorld(
        customers=lambda: _customers(klaviyo),
        name=SHOP_NAME,
        line_user_of=_line_user_of,
    )
    _people(klaviyo, line)
    async with AsyncExitStack() as opened:
        apps: list[ASGIApp] = [klaviyo_app(klaviyo), line_app(line), shop_app(shop)]
        if framed_by is not None:
            apps = [Framed(app, framed_by) for app in apps]
        pairs = [
            (app, bound_near(host, port)) for app, port in zip(apps, ports, strict=True)
        ]
        urls = await opened.enter_async_context(serving_all(pairs))
        opened.callback(klaviyo.faults.clear)
        opened.push_async_callback(line.aclose)
        opened.push_async_callback(klaviyo.aclose)
        line.base_url, shop.url = urls[1], urls[2]
        shop.landing = Landing(
            klaviyo_url=urls[0], company_id=klaviyo.account.public_id
        )
        yield Stage(
            klaviyo_url=urls[0],
            line_url=urls[1],
            shop_url=urls[2],
            klaviyo=klaviyo,
            line=line,
            shop=shop,
        )


EVERYONE = (*PERSONAS, *IMPORTED, *TROUBLED, *VISITORS, *SYNCED)


def _people(klaviyo: KlaviyoWorld, line: LineWorld) -> None:
    for person in PERSONAS:
        add_persona(klaviyo, person)
    set_up_shop(klaviyo)
    for person in EVERYONE:
        line.add_user(
            person.line_name,
            person.language,
            user_id=person.line_user_id,
            email=person.email,
        )


def _customers(klaviyo: KlaviyoWorld) -> Sequence[Customer]:
    return [
        Customer(
            id=profile.id,
            email=profile.email,
            phone=profile.phone_number,
            first_name=profile.first_name,
            last_name=profile.last_name,
            external_id=profile.external_id,
            properties=profile.properties,
        )
        for profile in klaviyo.profiles()
    ]


def _line_user_of(customer: Customer) -> str | None:
    """Which phone is whose: only the demo's world knows, no part of the product."""
    return next(
        (each.line_user_id for each in EVERYONE if each.email == customer.email), None
    )
