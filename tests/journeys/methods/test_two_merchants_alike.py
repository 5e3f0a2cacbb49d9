"""Two merchants with the same customers and the same ids never touch each other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from marketing_agent.platforms.line.types import LineChannel
from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from marketing_agent.sandbox.klaviyo.account import Account
from marketing_agent.sandbox.line import Bot, Channel, LineWorld, line_app
from marketing_agent.services import connections
from tests.desk import HOUSE, LINE
from tests.journeys.methods.four_methods import AutoLink, FormWithFlow, Import, QrLink
from tests.journeys.methods.seen import line_user_id, trail
from tests.journeys.two_shops import OneAddress

if TYPE_CHECKING:
    from tests.desk import Desk
    from tests.journeys.methods.ways import Customer, Way

    Pairs = list[tuple[Way, Customer]]

LOGIN = Channel(id="2000000003", secret="login-channel-of-aoi-tea")
MESSAGING = Channel(id="2000000004", secret="messaging-of-aoi-tea")


async def next_door(desk: Desk) -> Desk:
    """The neighbour's desk in the same program, with platforms of its own."""
    account = Account(public_id="Ao1Tea", organization="Aoi Tea")
    klaviyo = KlaviyoWorld(
        clock=desk.clock,
        account=account,
        private_key="pk_sandbox_aoi_tea",
        transport=desk.network,
    )
    klaviyo.limits.lift()
    line = LineWorld(
        login_channel=LOGIN,
        messaging_channel=MESSAGING,
        bot=Bot(basic_id="@901aoite", display_name="Aoi Tea"),
        clock=desk.clock,
        transport=desk.network,
    )
    line.base_url = LINE
    line.register_callback(f"{HOUSE}/line/callback")
    both = OneAddress((klaviyo_app(desk.klaviyo), klaviyo_app(klaviyo)))
    desk.network.serve("klaviyo.test", both)
    desk.network.serve("line.test", OneAddress((line_app(desk.line), line_app(line))))
    ground, merchant = desk.ground, desk.neighbour_id
    await connections.connect_klaviyo(ground, merchant, klaviyo.private_key)
    channels = connections.LineChannels(
        login=LineChannel(id=LOGIN.id, secret=LOGIN.secret),
        messaging=LineChannel(id=MESSAGING.id, secret=MESSAGING.secret),
    )
    await connections.connect_line(ground, merchant, channels)
    return replace(desk, klaviyo=klaviyo, line=line, merchant_id=merchant)


async def twin_of(customer: Customer, way: Way) -> Customer:
    """The same person with the same profile id, where the other merchant is."""
    person = customer.person
    way.desk.line.add_user(person.line_name, user_id=person.line_user_id)
    way.desk.klaviyo.add_profile(profile_id=customer.profile)
    twin = replace(customer)
    await way.begin(twin)
    return twin


async def set_up_all(desk: Desk) -> list[Way]:
    """All methods of one merchant at once; a form has one timing."""
    ways: list[Way] = [each(desk) for each in (QrLink, FormWithFlow, Import, AutoLink)]
    for way in ways:
        await way.set_up()
    return ways


async def work(pairs: Pairs) -> None:
    """Workers work for a merchant, whatever the method; an import needs the most."""
    (import_,) = [way for way, _ in pairs if way.method == "import"]
    await import_.work()


async def go(pairs: Pairs) -> None:
    """Let customers go their whole way."""
    for way, customer in pairs:
        for part in way.parts:
            await way.take(customer, part)
    await work(pairs)


async def test_equal_ids_of_two_merchants_are_two_things(desk: Desk) -> None:
    """Form, segment, profile, LINE user and address are the same: links are not.

    With all methods of both set up, the parts of one merchant's customers link nobody
    at the other, whose own parts then link there; an unlink is one merchant's alone.
    """
    tea = await next_door(desk)
    here = [(way, await way.meet()) for way in await set_up_all(desk)]
    others = zip(here, await set_up_all(tea), strict=True)
    there = [(way, await twin_of(each, way)) for (_, each), way in others]

    await go(here)
    await work(there)
    assert [line_user_id(way, twin) for way, twin in there] == [None] * 4
    assert (await tea.block("query_linkage_status"))["linked"] == 0

    await go(there)
    for way, each in (*here, *there):
        assert (await way.info(each))["method"] == way.method
        assert line_user_id(way, each) == each.person.line_user_id
    for _, each in here:
        await desk.write("unlink_friend", {"line_user_id": each.person.line_user_id})
    await work(here)
    await work(there)
    assert [line_user_id(way, each) for way, each in here] == [None] * 4
    for way, twin in there:
        assert trail(await way.info(twin)) == ["linked"]
        assert line_user_id(way, twin) == twin.person.line_user_id


async def test_one_merchants_secrets_open_nothing_of_the_other(desk: Desk) -> None:
    """Webhook and embed key are the merchant's own, though the form's id is one."""
    tea = await next_door(desk)
    mine, theirs = FormWithFlow(desk), FormWithFlow(tea)
    for way in (mine, theirs):
        await way.set_up()
    customer = await mine.link()
    form, other = mine.forms[0], theirs.forms[0]
    webhook, foreign = await form.webhook(), await other.webhook()

    swapped = [
        await form.call(customer.profile, secret=foreign["secret"]),
        await form.call(customer.profile, url=foreign["linking_url"]),
    ]
    assert {each.status_code for each in swapped} == {401}
    assert webhook["secret"] != foreign["secret"]
    assert form.embed_key != other.embed_key
    asked = await tea.call(
        "query_linkage_status", {"line_user_id": customer.person.line_user_id}
    )
    assert asked.status_code == 404
