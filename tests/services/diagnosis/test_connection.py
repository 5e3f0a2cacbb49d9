"""What keeps everybody from being linked: accounts, keys, channels and webhooks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.diagnosis.findings import FindingState
from marketing_agent.core.diagnosis.symptoms import Symptom
from marketing_agent.core.errors import DatabaseUnavailable
from marketing_agent.core.facts import (
    Claim,
    Evidence,
    FactKey,
    FriendChange,
    Method,
)
from marketing_agent.core.signals import LineUserId
from marketing_agent.sandbox.klaviyo import klaviyo_app
from marketing_agent.sandbox.line.accounts import AccountType
from marketing_agent.sandbox.line.faults import Fault, FaultKind
from marketing_agent.sandbox.seed import PERSONAS
from marketing_agent.services import linking
from marketing_agent.services.diagnosis.diagnose import Complaint, look_into
from marketing_agent.services.setup_check import CheckState, check_setup
from marketing_agent.storage import friends
from marketing_agent.storage.database import Database
from tests.desk import EMAIL
from tests.services.diagnosis.clinic import Page

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from tests.desk import Desk
    from tests.services.diagnosis.clinic import Clinic

PROBLEM, DOUBT = FindingState.PROBLEM, FindingState.DOUBT
UNKNOWN, OK = FindingState.UNKNOWN, FindingState.OK
SETUP = Symptom.SETUP
HANA = PERSONAS[0]
READS = frozenset({"accounts:read", "profiles:read", "segments:read", "forms:read"})


async def _hana_joined(desk: Desk, *, add_friend: bool = True) -> None:
    """Hana is a profile, and logs in from a custom QR code's link."""
    desk.klaviyo.add_profile(email=HANA.email)
    desk.line.add_user(HANA.line_name, user_id=HANA.line_user_id)
    card = await desk.write("create_qr_link", EMAIL)
    url = str(card["linking_url"]).replace("{{ email }}", HANA.email)
    await desk.join(HANA.line_user_id, url, add_friend=add_friend)
    await desk.work()


async def test_everything_well(clinic: Clinic) -> None:
    """After a login that worked, only the privacy policy is still missing."""
    await _hana_joined(clinic.desk)
    found = await clinic.states(SETUP)
    assert {name for name, state in found.items() if state is not OK} <= {
        "privacy_policy",
        "embed_script",
    }
    assert found.keys() >= {
        *("klaviyo_account", "klaviyo_scopes", "klaviyo_writes", "line_account"),
        *("line_webhook", "webhook_call", "line_login", "account_type", "integration"),
    }


async def test_nothing_is_connected(clinic: Clinic) -> None:
    """A merchant at the very beginning reads what to connect, and no error."""
    complaint = Complaint(symptom=SETUP)
    found = await look_into(clinic.ground, clinic.desk.neighbour_id, complaint)
    states = {each.check: each.state for each in found}
    assert states["klaviyo_account"] is PROBLEM
    assert states["line_account"] is PROBLEM
    assert not states.keys() & {"klaviyo_scopes", "line_webhook", "line_login"}


async def test_a_key_without_a_scope(clinic: Clinic) -> None:
    """The missing scopes are named; the key itself is fine."""
    clinic.klaviyo.scopes = READS
    found = await clinic.look(SETUP)
    assert found["klaviyo_account"][0].state is OK
    assert found["klaviyo_scopes"][0].state is DOUBT
    assert "flows:read" in found["klaviyo_scopes"][0].says
    assert "forms:read" not in found["klaviyo_scopes"][0].says


async def test_a_key_that_may_not_write(clinic: Clinic) -> None:
    """It shows in what was to be written for a link; another key ends it."""
    clinic.klaviyo.scopes = READS
    await _hana_joined(clinic.desk)
    [found] = (await clinic.look(Symptom.NOT_LINKED))["klaviyo_writes"]
    assert found.state is PROBLEM
    assert "profiles:write" in found.fix
    assert HANA.line_user_id not in repr(found)

    clinic.klaviyo.scopes = None
    clinic.desk.clock.move(hours=2)
    await clinic.desk.work()
    assert (await clinic.states(SETUP))["klaviyo_writes"] is OK


async def test_klaviyo_is_silent(clinic: Clinic) -> None:
    """Not connected and not wrong: unknown; and LINE is still checked."""
    clinic.klaviyo.faults.answer(503)
    found = await clinic.states(SETUP)
    assert found["klaviyo_account"] is UNKNOWN
    assert "klaviyo_scopes" not in found
    assert found["line_account"] is OK


async def test_line_is_silent(clinic: Clinic) -> None:
    """The same the other way round; a login proves nothing while LINE is away."""
    await _hana_joined(clinic.desk)
    fault = Fault(path="/v2/bot", kind=FaultKind.STATUS, status=500, times=None)
    clinic.desk.line.faults.add(fault)
    found = await clinic.states(SETUP)
    line = ("line_account", "line_webhook", "line_provider")
    assert [found[each] for each in line] == [UNKNOWN] * 3
    assert found["klaviyo_account"] is OK


async def test_the_webhook_leads_elsewhere(clinic: Clinic) -> None:
    """Another tool took it: its address is shown without what may be secret in it."""
    clinic.desk.line.webhooks.endpoint = "https://tool.test/hook?token=s3cret"
    found = await clinic.look(SETUP)
    assert found["line_webhook"][0].state is PROBLEM
    assert found["line_webhook"][0].evidence[1].value == "https://tool.test/hook"
    assert "webhook_call" not in found


async def test_the_webhook_is_off(clinic: Clinic) -> None:
    """The address is right and yet nothing comes."""
    clinic.desk.line.webhooks.active = False
    [found] = (await clinic.look(SETUP))["line_webhook"]
    assert found.state is PROBLEM
    assert "Use webhook" in found.says


async def test_the_webhook_is_not_reached(clinic: Clinic) -> None:
    """LINE's own test call says so, though everything is set as it should be."""
    clinic.desk.network.serve("links.test", Page(status=500))
    found = await clinic.look(SETUP)
    assert found["line_webhook"][0].state is OK
    assert found["webhook_call"][0].state is PROBLEM
    assert found["webhook_call"][0].evidence[0].value


async def test_an_unverified_account(clinic: Clinic) -> None:
    """LINE lists no friends of it."""
    clinic.desk.line.account_type = AccountType.UNVERIFIED
    assert (await clinic.states(SETUP))["account_type"] is DOUBT


STRANGER = LineUserId("U" + "9" * 32)


async def _stranger_logged_in(clinic: Clinic, *, is_friend: bool) -> None:
    """A login of somebody whom the Messaging API channel's provider does not know."""
    now, merchant_id = clinic.desk.clock(), clinic.desk.merchant_id
    claim = Claim(
        key=FactKey("claim"),
        at=now,
        stored=now,
        line_user=STRANGER,
        method=Method.QR_LINK,
        evidence=Evidence.ONE_SIGNAL,
        login=True,
    )
    follow = FriendChange(
        key=FactKey("friendship"),
        at=now,
        stored=now,
        line_user=STRANGER,
        is_friend=True,
    )
    async with clinic.ground.database.merchant_transaction(merchant_id) as tx:
        facts = [claim, follow] if is_friend else [claim]
        await linking.settle(tx, merchant_id, facts, now)
        await friends.meet(tx, merchant_id, STRANGER, now)
        if is_friend:
            await friends.follow_changed(
                tx, merchant_id, STRANGER, following=True, at=now, now=now
            )


async def test_channels_of_different_providers(clinic: Clinic) -> None:
    """A friend by LINE Login's word is nobody to the Messaging API channel."""
    await _stranger_logged_in(clinic, is_friend=True)
    [found] = (await clinic.look(SETUP))["line_provider"]
    assert (found.state, "different providers" in found.says) == (PROBLEM, True)


async def test_one_known_login_settles_the_provider(clinic: Clinic) -> None:
    """Somebody else who left meanwhile is no proof of the opposite."""
    await _stranger_logged_in(clinic, is_friend=True)
    await _hana_joined(clinic.desk)
    assert (await clinic.states(SETUP))["line_login"] is OK


async def test_a_login_without_a_friend_leaves_a_doubt(clinic: Clinic) -> None:
    """They may have declined, or be of another provider: LINE tells no difference."""
    await _stranger_logged_in(clinic, is_friend=False)
    assert (await clinic.states(SETUP))["line_provider"] is DOUBT


async def test_nothing_is_said_while_the_database_is_down(clinic: Clinic) -> None:
    """Our own trouble is one error, not a list of wrong findings."""
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none")
    ground = replace(clinic.ground, database=nowhere)
    with pytest.raises(DatabaseUnavailable):
        await check_setup(ground, clinic.desk.merchant_id)
    await nowhere.dispose()


async def test_the_questions_are_asked_at_once(clinic: Clinic) -> None:
    """Klaviyo's five are on their way together: none waits for another's answer."""
    all_five = asyncio.Barrier(5)
    klaviyo = klaviyo_app(clinic.klaviyo)

    async def waits_for_all(scope: Scope, receive: Receive, send: Send) -> None:
        await all_five.wait()
        await klaviyo(scope, receive, send)

    clinic.desk.network.serve("klaviyo.test", waits_for_all)
    found = await check_setup(clinic.ground, clinic.desk.merchant_id)
    rows = {f"{each.platform} {each.what}": each.state for each in found}
    assert rows["Klaviyo account"] is CheckState.OK
    assert rows["Klaviyo scopes"] is CheckState.OK
