"""`demo`: the whole story once, or everything up until it is told to stop."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest

from tests.ground import data_folder
from tests.house import eventually
from tests.journeys.commands import Terminal, line_with, stopped_by
from tests.storage.server_watch import alive, server_processes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPENING: Final = "Please help me set up the Klaviyo integration"


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Give the only place where temporary folders can be made."""
    with data_folder("scratch") as folder:
        folder.mkdir(mode=0o711)
        yield folder


@pytest.fixture
def terminal(scratch: Path, tmp_path: Path) -> Terminal:
    """Give a newcomer's terminal, which a demo must not be led astray by."""
    return Terminal(
        folder=tmp_path,
        environment={
            "TMPDIR": str(scratch),
            "KLAVIYO_API_URL": "https://a.klaviyo.test",
            "DATABASE_URL": "postgresql://127.0.0.1:1/real",
        },
    )


async def test_demo_once_tells_the_story_as_json_and_leaves_nothing(
    terminal: Terminal, scratch: Path
) -> None:
    """One object with every end state as the running services told it."""
    told = await terminal.run("demo", "--once", "--json")
    story = json.loads(told.out)

    assert told.status == 0
    assert story.keys() == {
        "transcript",
        "conversation",
        "qr_link",
        "link",
        "klaviyo_profile",
        "friend",
        "by_method",
    }
    methods = story["by_method"]
    assert methods["form_linkage"]["method"] == "form_linkage"
    assert methods["auto_link"]["method"] == "auto_link"
    assert methods["import"]["counts"]["linked"] == 2
    link, profile, friend = story["link"], story["klaviyo_profile"], story["friend"]
    assert (link["linked"], link["method"]) == (True, "qr_link")
    assert link["profile_id"] == profile["id"]
    assert profile["properties"]["LINE User ID"] == friend["id"] == link["line_user_id"]
    assert (profile["events"], friend["friendship"]) == (1, "friend")
    assert story["qr_link"]["linking_url"].endswith(
        "?email={{ email }}&id={{ person.KlaviyoID }}"
    )
    assert story["transcript"][0] == {"who": "merchant", "what": OPENING}
    assert len(set(story["conversation"]["runs"])) > 2
    assert story["conversation"]["thread_id"]
    assert "needs the merchant's approval" in said_by(story, "service")
    assert "5 of 6" in said_by(story, "agent")
    assert list(scratch.iterdir()) == []


def said_by(story: dict[str, Any], who: str) -> str:
    """All that somebody says in the story."""
    told = [each["what"] for each in story["transcript"] if each["who"] == who]
    return "\n".join(told)


async def test_a_script_talks_to_a_demo_of_its_own(
    terminal: Terminal, scratch: Path
) -> None:
    """One command from nothing to the built-in planner's answer, and nothing left."""
    told = await terminal.run("chat", "--demo", typed="How many friends are linked?\n")

    assert (told.status, told.err) == (0, "")
    assert "built-in planner (no language model) answers" in told.out
    assert "0 of 0 friends linked" in told.out
    assert "thrown away" in told.out
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
async def test_demo_stops_cleanly_and_leaves_nothing(
    terminal: Terminal, scratch: Path, stop: signal.Signals
) -> None:
    """No process, so no port either, and no folder: as if it had never been there."""
    async with terminal.running("demo") as process:
        program = (await line_with(process, "Program")).split()[1]
        chat = await line_with(process, "marketing-agent chat")
        await line_with(process, "Ctrl-C")
        [folder] = scratch.iterdir()
        processes = server_processes(folder / "data") | {process.pid}
        async with httpx.AsyncClient(trust_env=False) as http:
            live = await http.get(f"{program}/health/live")
        ended = await stopped_by(process, stop)

    assert live.status_code == 200
    assert chat.strip().startswith("MARKETING_AGENT_TOKEN=ey")
    assert chat.strip().endswith(f" marketing-agent chat --url {program}")
    assert ended.status == 0
    assert "Stopping everything." in ended.out
    assert "Traceback" not in ended.err
    assert alive(processes) == set()
    assert list(scratch.iterdir()) == []


async def test_demo_stopped_while_it_starts_leaves_nothing(
    terminal: Terminal, scratch: Path
) -> None:
    """Ctrl-C at once is no worse than Ctrl-C later."""
    async with terminal.running("demo") as process:
        await until_something_is_in(scratch)
        ended = await stopped_by(process, signal.SIGINT)

    assert ended.status == 0
    assert "Traceback" not in ended.err
    assert list(scratch.iterdir()) == []


async def until_something_is_in(folder: Path) -> None:
    """Wait until the command has made its first folder."""

    async def look() -> bool:
        return any(folder.iterdir())

    await eventually(look)
