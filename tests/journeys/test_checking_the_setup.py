"""`check_setup` and connecting accounts: each missing thing, with its fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.errors import CredentialsRefused
from marketing_agent.platforms.line.types import LineChannel
from marketing_agent.sandbox.klaviyo.account import Account
from marketing_agent.services import connections
from marketing_agent.services.merchants import add_merchant

if TYPE_CHECKING:
    from tests.house import House, Json


async def checks(house: House) -> dict[str, Json]:
    """Every check by its name."""
    found = (await house.read("check_setup"))["checks"]
    return {f"{each['platform']} {each['what']}": each for each in found}


async def states(house: House) -> Json:
    """How every check stands; whether the script was built differs between machines."""
    found = await checks(house)
    found.pop("Shop embed script")
    return {name: each["state"] for name, each in found.items()}


async def test_a_complete_setup_is_told_as_such(house: House) -> None:
    """All that an API can tell is fine, and what it cannot tell is said."""
    assert await states(house) == {
        "Klaviyo account": "ok",
        "Klaviyo scopes": "ok",
        "Klaviyo writing": "ok",
        "LINE Messaging API channel": "ok",
        "LINE webhook": "ok",
        "LINE webhook test call": "ok",
        "LINE test login": "unknown",
        "LINE account type": "ok",
        "Shop integration": "ok",
        "Shop privacy policy": "missing",
    }


async def test_a_klaviyo_key_that_was_taken_back_is_told(house: House) -> None:
    """The merchant reads that the key is refused, and what kind of key to give."""
    house.stage.klaviyo.private_key = "pk_sandbox_another"
    found = (await checks(house))["Klaviyo account"]

    assert found["state"] == "failed"
    assert "does not accept the credentials" in found["says"]
    assert "private key" in found["fix"]


async def test_a_webhook_url_that_leads_elsewhere_is_told(house: House) -> None:
    """Another tool took LINE's single webhook URL: the fix names ours."""
    ours = house.stage.line.webhooks.endpoint
    house.stage.line.webhooks.endpoint = "https://another-tool.test/webhook"
    found = (await checks(house))["LINE webhook"]

    assert found["state"] == "missing"
    assert str(ours) in found["fix"]


async def test_a_webhook_that_is_switched_off_is_told(house: House) -> None:
    """The URL is ours, but LINE does not use it."""
    house.stage.line.webhooks.active = False
    found = (await checks(house))["LINE webhook"]

    assert found["state"] == "missing"
    assert '"Use webhook" is not set up yet' in found["says"]


async def test_line_being_down_is_told_and_the_rest_still_checked(
    house: House,
) -> None:
    """One platform's trouble does not hide what the other one says."""
    house.fails(where="/v2/bot")
    found = await checks(house)

    assert found["LINE Messaging API channel"]["state"] == "failed"
    assert "could not be reached" in found["LINE Messaging API channel"]["says"]
    assert found["Klaviyo account"]["state"] == "ok"


async def test_a_merchant_without_connections_reads_what_to_connect(
    house: House,
) -> None:
    """Nothing connected yet is an answer, not an error."""
    newcomer = await add_merchant(house.program.ground, name="Aoi Tea")
    found = await checks(house.of(newcomer.id))

    assert await states(house.of(newcomer.id)) == {
        "Klaviyo account": "missing",
        "LINE channels": "missing",
        "Shop integration": "ok",
        "Shop privacy policy": "missing",
    }
    assert all(each["fix"] for each in found.values() if each["state"] == "missing")


async def test_a_wrong_key_is_refused_before_it_is_stored(house: House) -> None:
    """A typing mistake does not replace the connection that works."""
    ground = house.program.ground
    with pytest.raises(CredentialsRefused):
        await connections.connect_klaviyo(ground, house.merchant_id, "pk_typo")

    assert (await checks(house))["Klaviyo account"]["state"] == "ok"


async def test_a_key_of_another_klaviyo_account_is_refused(house: House) -> None:
    """Links name profiles of the first account, so the account cannot be swapped."""
    house.stage.klaviyo.account = Account(public_id="Zz9Zz9", organization="Aoi Tea")
    ground, key = house.program.ground, house.stage.klaviyo.private_key

    with pytest.raises(connections.AnotherKlaviyoAccount):
        await connections.connect_klaviyo(ground, house.merchant_id, key)


async def test_one_line_account_belongs_to_one_merchant(house: House) -> None:
    """Connecting it a second time says so, and the first merchant keeps its webhook."""
    line, ground = house.stage.line, house.program.ground
    newcomer = await add_merchant(ground, name="Aoi Tea")
    login, messaging = line.login_channel, line.messaging_channel
    channels = connections.LineChannels(
        login=LineChannel(id=login.id, secret=login.secret),
        messaging=LineChannel(id=messaging.id, secret=messaging.secret),
    )

    with pytest.raises(connections.LineAccountTaken):
        await connections.connect_line(ground, newcomer.id, channels)

    assert (await checks(house))["LINE webhook"]["state"] == "ok"
