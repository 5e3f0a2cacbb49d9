"""Any request that Schemathesis can think of, against the documented API.

As a command: `python -m tests.api.any_request --examples 500`.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from marketing_agent.agent.scripted import ScriptedChatModel
from marketing_agent.core.callers import Role
from marketing_agent.wiring.serving import bound, serving
from tests.desk import open_desk
from tests.ground import new_ground

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.desk import Desk

MANY = 100_000
RUN_AGENT = "run_agent_api_v1_agent_post"
# What cannot hold, and why; every other check of Schemathesis is on.
OFF = {
    # Starlette names the methods of the first route with this path, and FastAPI makes
    # a route of each method.
    "allow_header_conformance",
}
ENDLESS = "follow_api_v1_live_get"
"""A stream without an end; a test of its own listens to it."""
REFUSED = ["2xx", "401", "403", "404", "409", "422", "424", "429"]
"""Also to requests that fit the schema: a message of spaces, an unknown tool."""


@asynccontextmanager
async def open_door(database_url: str) -> AsyncIterator[tuple[Desk, str]]:
    """A desk on a port, whose model always has a word to say."""
    model = ScriptedChatModel([lambda _messages: "Hello."] * MANY)
    async with (
        open_desk(database_url, model=model) as desk,
        serving(desk.app, bound("127.0.0.1", 0)) as url,
    ):
        yield desk, url


def headers_of(desk: Desk, who: Role | None) -> dict[str, str]:
    """What signs in somebody with this role, or nobody."""
    if who is None:
        return {}
    token = desk.tokens.token_for(desk.caller(role=who))
    return {"Authorization": f"Bearer {token}"}


async def problems_of(
    url: str, headers: dict[str, str], examples: int
) -> tuple[Counter[int], list[str]]:
    """How often each status was answered, and what is not as documented."""
    return await asyncio.to_thread(_play, url, headers, examples)


def _play(
    url: str, headers: dict[str, str], examples: int
) -> tuple[Counter[int], list[str]]:
    settings = _settings(headers, examples)
    served = schemathesis.openapi.from_url(f"{url}/api/openapi.json", config=settings)
    schema = served.exclude(operation_id=ENDLESS)
    statuses: Counter[int] = Counter()
    found: list[str] = []
    for event in from_schema(schema).execute():
        match event:
            case events.ScenarioFinished(recorder=recorder):
                for interaction in recorder.interactions.values():
                    if interaction.response is not None:
                        statuses[interaction.response.status_code] += 1
                found += _failures(recorder)
            case events.NonFatalError() | events.FatalError():
                found.append(str(event))
    return statuses, found


def _settings(headers: dict[str, str], examples: int) -> SchemathesisConfig:
    given: dict[str, Any] = {
        "seed": 20261123,
        "headers": headers,
        "continue-on-failure": True,
        "request-timeout": 20,
        "generation": {
            "mode": "all",
            "max-examples": examples,
            "deterministic": True,
            "no-shrink": True,
            "database": "none",
        },
        "phases": {"stateful": {"enabled": False}},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": REFUSED},
            **{name: {"enabled": False} for name in OFF},
        },
        # The protocol wants an event and no HTTP error, also for what does not fit.
        "operations": [
            {
                "include-operation-id": RUN_AGENT,
                "checks": {"negative_data_rejection": {"enabled": False}},
            }
        ],
    }
    return SchemathesisConfig.from_dict(given)


def _failures(recorder: Any) -> list[str]:
    return [
        f"{recorder.label}: {node.name}: {node.failure_info.failure.message}"
        f"\n  {node.failure_info.code_sample}"
        for nodes in recorder.checks.values()
        for node in nodes
        if node.failure_info is not None
    ]


async def _main(examples: int) -> None:
    async with new_ground() as ground:
        for who in (Role.OWNER, Role.VIEWER, None):
            async with ground.database() as url, open_door(url) as (desk, address):
                headers = headers_of(desk, who)
                statuses, found = await problems_of(address, headers, examples)
            print(who, dict(sorted(statuses.items())))  # noqa: T201 - a command
            print("\n".join(found))  # noqa: T201


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--examples", type=int, default=500)
    asyncio.run(_main(options.parse_args().examples))
