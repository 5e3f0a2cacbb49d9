"""What goes over the wire: little, and nothing that is not the merchant's business."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from marketing_agent.agent.prompts import prompt
from marketing_agent.agent.scripted import ScriptedChatModel, call, together
from tests.agent.talk import QR_CODE, YES, talking_to
from tests.desk import LOGIN, MESSAGING

if TYPE_CHECKING:
    from tests.agent.talk import Heard, Talk

LINE_OF_TEXT = "Both accounts are connected, so we can make your first QR code now."
MOST_BYTES = 1_500


async def test_a_line_of_text_is_small(database_url: str) -> None:
    """Streamed word by word, and still under 1.5 kB, the frames included."""
    model = ScriptedChatModel([LINE_OF_TEXT])
    async with talking_to(model, database_url) as talk:
        wire = (await talk.say("Hello")).wire.encode()
        assert LINE_OF_TEXT in await _told(talk)
        assert len(wire) < MOST_BYTES, len(wire)
        print(f"a one-line reply: {len(wire)} bytes")  # noqa: T201 - for the notes


async def _told(talk: Talk) -> str:
    return str((await talk.reload())["messages"])


async def test_no_secret_and_no_prompt_on_the_wire(database_url: str) -> None:
    """No line of the system prompt, no key of a platform, no RAW event."""
    model = ScriptedChatModel(
        [
            together("First I look.", call("check_setup"), call("show_qr_links")),
            call("create_qr_link", **QR_CODE),
            "Made.",
        ]
    )
    async with talking_to(model, database_url) as talk:
        asked = await talk.say("Set it up")
        made = await talk.answer({each["id"]: YES for each in asked.cards})
        wire = asked.wire + made.wire + json.dumps(await talk.reload())
        assert made.statuses == ["done"]
        for secret in _secrets(talk):
            assert secret not in wire
        for line in filter(None, prompt("system").splitlines()):
            assert json.dumps(line, ensure_ascii=False)[1:-1] not in wire
        assert _kinds(asked) | _kinds(made) <= EVENTS


EVENTS = {
    *("RUN_STARTED", "RUN_FINISHED", "STATE_SNAPSHOT", "MESSAGES_SNAPSHOT"),
    *("TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END"),
    *("TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "TOOL_CALL_RESULT"),
}


def _kinds(heard: Heard) -> set[str]:
    return {each["type"] for each in heard.events}


def _secrets(talk: Talk) -> list[str]:
    """What the desk's connections are made of, and who may call."""
    token = talk.desk.tokens.token_for(talk.caller)
    return [talk.desk.klaviyo.private_key, LOGIN.secret, MESSAGING.secret, token]
