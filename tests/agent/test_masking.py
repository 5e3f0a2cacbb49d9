"""No email, phone number or credential gets to a model, a memory or a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.agent.scripted import call
from tests.agent.talk import QR_CODE, talking_to
from tests.agent.test_threads import everything_stored

if TYPE_CHECKING:
    from marketing_agent.testing import ScriptedModel

SECRETS = {
    "email": "hana.sato@mail.test",
    "phone": "090-1234-5678",
    "abroad": "+81 90 1234 5678",
    "key": "pk_0123456789abcdef0123456789abcdef01",
    "channel secret": "0123456789abcdef0123456789abcdef",
    "token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZWkifQ.c2lnbmF0dXJlc2lnbmF0dXJl",
}


async def test_what_a_merchant_writes_is_masked_before_anything_keeps_it(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """None of it is in a prompt, on the wire back, or in a row of any table."""
    model = scripted_model(call("query_linkage_status"), "I see.")
    async with talking_to(model, database_url) as talk:
        heard = await talk.say("; ".join(SECRETS.values()))
        prompts = "\n".join(m.text for seen in model.seen for m in seen)
        stored = await everything_stored(talk)
        for name, secret in SECRETS.items():
            for place in (prompts, heard.wire, stored, str(await talk.reload())):
                assert secret not in place, name
        assert "h•••@m•••.test" in prompts
        assert "[credential removed]" in prompts


async def test_what_a_tool_gives_is_masked_before_the_model_sees_it(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """A merchant can have put an address into a name; the model reads a mask."""
    model = scripted_model(call("show_qr_links"), "Here.")
    async with talking_to(model, database_url) as talk:
        name = f"For {SECRETS['email']} only"
        await talk.desk.write("create_qr_link", QR_CODE | {"name": name})
        heard = await talk.say("Show my QR codes")
        assert SECRETS["email"] not in heard.wire
        assert all(SECRETS["email"] not in m.text for seen in model.seen for m in seen)
        shown = heard.results[0]["data"]["qr_links"][0]
        assert shown["name"] == "For h•••@m•••.test only"


async def test_what_a_model_makes_up_is_masked_before_it_is_kept(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """An address in its words or arguments is in no memory and on no card."""
    asked = call("create_qr_link", **QR_CODE | {"name": SECRETS["email"]})
    async with talking_to(scripted_model(asked), database_url) as talk:
        (card,) = (await talk.say("Make one")).cards
        assert card["metadata"]["arguments"]["name"] == "h•••@m•••.test"
        assert SECRETS["email"] not in await everything_stored(talk)


async def test_merge_variables_and_line_user_ids_stay_whole(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """Masking leaves alone what the tools need and what says nothing about a person."""
    said = "{{ email }} {{ person.phone_number|default:'' }} U" + "a1" * 16
    model = scripted_model("I see.")
    async with talking_to(model, database_url) as talk:
        await talk.say(said)
        assert model.seen[0][-1].text == said
