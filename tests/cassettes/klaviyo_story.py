"""What our Klaviyo client does with one customer, to be recorded and replayed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from marketing_agent.core.signals import EmailAddress, PhoneNumber, ProfileId
from marketing_agent.platforms.klaviyo.client import KlaviyoClient
from marketing_agent.platforms.klaviyo.types import KlaviyoCredentials
from tests.cassettes.redaction import Redaction

if TYPE_CHECKING:
    from marketing_agent.platforms.klaviyo.types import (
        KlaviyoAccount,
        KlaviyoEvent,
        KlaviyoMetric,
        KlaviyoProfile,
    )
    from marketing_agent.platforms.sender import Sender

CASSETTE = "klaviyo.yaml"
HOST = "klaviyo.sandbox.test"
PRIVATE_KEY = "pk_sandbox_hana_coffee"
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LINE_USER_ID = "U" + "0" * 31 + "1"
HANA = ProfileId("01KA0CASSETTE0000000000001")
KENTA = ProfileId("01KA0CASSETTE0000000000002")
NOBODY = ProfileId("01KA0CASSETTE0000000000009")
EXCHANGE_ID = "exchange-id-of-hana=.Hn4cFe"


@dataclass(frozen=True, slots=True, kw_only=True)
class KlaviyoStory:
    """What the client understood."""

    account: KlaviyoAccount
    by_email: list[KlaviyoProfile]
    by_phone: list[KlaviyoProfile]
    by_exchange_id: KlaviyoProfile | None
    by_foreign_exchange_id: KlaviyoProfile | None
    nobody: KlaviyoProfile | None
    linked: KlaviyoProfile | None
    unlinked: KlaviyoProfile | None
    events: list[KlaviyoEvent]
    metrics: list[KlaviyoMetric]


def redaction(exchange_id: str = EXCHANGE_ID) -> Redaction:
    """Name what the cassette must not hold."""
    in_a_url, named_in_a_url = quote(exchange_id), quote(EXCHANGE_ID)
    names = {PRIVATE_KEY: "private-key", in_a_url: named_in_a_url}
    return Redaction(names, (HOST,))


async def play(sender: Sender, exchange_id: str = EXCHANGE_ID) -> KlaviyoStory:
    """Look customers up, link one, record it twice, unlink."""
    credentials = KlaviyoCredentials(private_key=PRIVATE_KEY)
    klaviyo = KlaviyoClient(
        f"https://{HOST}", credentials, sender, account_key="hana-coffee"
    )
    account = await klaviyo.account()
    by_email = await klaviyo.profiles_by_email(
        [
            EmailAddress("hana.sato@mail.test"),
            EmailAddress("kenta+coffee@mail.test"),
            EmailAddress("nobody@mail.test"),
        ]
    )
    by_phone = await klaviyo.profiles_by_phone([PhoneNumber("+819000000011")])
    by_exchange_id = await klaviyo.profile_by_exchange_id(exchange_id)
    foreign = await klaviyo.profile_by_exchange_id("made-up=.Zz9zZz")
    nobody = await klaviyo.profile(NOBODY)
    await klaviyo.set_properties(HANA, {"LINE User ID": LINE_USER_ID})
    for _ in range(2):
        await klaviyo.record_event(
            HANA,
            "Linked LINE Identity",
            {"method": "custom_qr_code"},
            unique_id="link-1",
            at=NOW,
        )
    linked = await klaviyo.profile(HANA)
    await klaviyo.set_properties(HANA, {}, unset=["LINE User ID"])
    return KlaviyoStory(
        account=account,
        by_email=by_email,
        by_phone=by_phone,
        by_exchange_id=by_exchange_id,
        by_foreign_exchange_id=foreign,
        nobody=nobody,
        linked=linked,
        unlinked=await klaviyo.profile(HANA),
        events=await klaviyo.events_of(HANA),
        metrics=await klaviyo.metrics(),
    )
