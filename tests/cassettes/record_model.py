"""Record the language model's cassette: `python -m tests.cassettes.record_model`.

Needs no network and no key: our real client asks a server on this machine that speaks
the wire, and the cassette names `https://model.test` in its place.
"""

from __future__ import annotations

import asyncio

from tests.agent.wire.server import WireServer
from tests.cassettes import model_story as story
from tests.cassettes.tape import BY_PATH, recording
from tests.sandbox.serving import serving


async def record() -> None:
    """Record the story of the chat model."""
    server = WireServer()
    server.will(*story.SERVER_DOES)
    with (
        serving(server, lifespan="off") as origin,
        recording(story.CASSETTE, story.redaction(origin), BY_PATH),
    ):
        await story.play(origin)
    server.assert_done()


if __name__ == "__main__":
    asyncio.run(record())
