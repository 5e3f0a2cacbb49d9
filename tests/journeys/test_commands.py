"""The command line: an operator sets up a merchant, and reads what is wrong."""

from __future__ import annotations

import base64
import json
import re
import signal
from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio

from marketing_agent.storage.vault import new_key
from marketing_agent.wiring.stage import Stage, set_stage
from tests.journeys.commands import Terminal, line_with, stopped_by

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

PUBLIC_URL = "https://links.hana-coffee.test"


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    """Give the sandboxed platforms."""
    async with set_stage() as made:
        yield made


@pytest.fixture
def terminal(stage: Stage, database_url: str, tmp_path: Path) -> Terminal:
    """Give a terminal that is set up for this database and these platforms."""
    return Terminal(
        folder=tmp_path,
        environment={
            "DATABASE_URL": database_url,
            "DATA_KEY": new_key(),
            "INDEX_KEY": new_key(),
            "TOKEN_KEY": new_key(),
            "PUBLIC_URL": PUBLIC_URL,
            "KLAVIYO_API_URL": stage.klaviyo_url,
            "LINE_API_URL": stage.line_url,
            "KLAVIYO_PRIVATE_KEY": stage.klaviyo.private_key,
            "LINE_LOGIN_SECRET": stage.line.login_channel.secret,
            "LINE_MESSAGING_SECRET": stage.line.messaging_channel.secret,
        },
    )


def channels(stage: Stage) -> tuple[str, ...]:
    """The options that name LINE's two channels."""
    return (
        *("--login-channel", stage.line.login_channel.id),
        *("--messaging-channel", stage.line.messaging_channel.id),
    )


async def test_an_operator_adds_and_connects_a_merchant(
    terminal: Terminal, stage: Stage
) -> None:
    """From an empty database to a doctor with nothing to say, command by command."""
    privacy = ("--privacy-policy", "https://hana-coffee.test/privacy")
    added = await terminal.run("merchants", "add", "Hana Coffee", *privacy)
    number = added.out.strip()
    sick = await terminal.run("doctor", PUBLIC_URL="http://localhost:8000")
    connecting = ("merchants", "connect-klaviyo", number)
    typo = await terminal.run(*connecting, KLAVIYO_PRIVATE_KEY="pk_typo")
    klaviyo = await terminal.run(*connecting)
    line = await terminal.run("merchants", "connect-line", number, *channels(stage))
    listed = await terminal.run("merchants", "list")
    well = await terminal.run("doctor")

    answers = (added, sick, typo, klaviyo, line, listed, well)
    assert [each.status for each in answers] == [0, 1, 1, 0, 0, 0, 1]
    assert problems(sick.out) == [
        "public address",
        "Hana Coffee, Klaviyo account",
        "Hana Coffee, LINE channels",
    ]
    assert "Klaviyo does not take this private API key" in typo.err
    assert klaviyo.out == "Connected to Hana Coffee.\n"
    assert f"{PUBLIC_URL}/line/callback" in line.out
    assert listed.out == (
        f"{number}  Hana Coffee  Klaviyo: Hana Coffee, LINE: Hana Coffee\n"
    )
    # Nothing serves the public address here, which is what LINE's own call finds.
    assert problems(well.out) == ["Hana Coffee, LINE webhook test call"]
    printed = "".join(each.out + each.err for each in answers)
    assert "Traceback" not in printed
    assert "pk_typo" not in printed
    assert stage.klaviyo.private_key not in printed
    assert stage.line.login_channel.secret not in printed


async def test_an_operator_lets_a_person_in(terminal: Terminal) -> None:
    """One line with the link; what cannot be is one line with the reason."""
    number = (await terminal.run("merchants", "add", "Hana Coffee")).out.strip()
    invited = await terminal.run("merchants", "invite", number, "--name", "Mei")
    nobody = await terminal.run("merchants", "invite", "99", "--name", "Mei")
    blank = await terminal.run("merchants", "invite", number, "--name", " ")
    role = ("--name", "Mei", "--role", "boss")
    boss = await terminal.run("merchants", "invite", number, *role)

    assert re.fullmatch(rf"{PUBLIC_URL}/sign-in#[\w-]{{22}}\n", invited.out)
    assert [each.status for each in (invited, nobody, blank, boss)] == [0, 1, 1, 2]
    assert nobody.err == 'There is no merchant "99" here.\n'
    assert "1 to 60 characters" in blank.err


def problems(out: str) -> list[str]:
    """What the doctor found wrong."""
    lines = [line for line in out.splitlines() if line.startswith("PROBLEM")]
    return [line.removeprefix("PROBLEM").split(":")[0].strip() for line in lines]


@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        pytest.param(
            ("merchants", "connect-klaviyo", "99"),
            {},
            'There is no merchant "99" here.',
            id="no such merchant",
        ),
        pytest.param(
            ("merchants", "list"),
            {"DATABASE_URL": "postgresql://127.0.0.1:1/nowhere"},
            "cannot be reached",
            id="no database",
        ),
        pytest.param(
            ("serve",),
            {"DATA_KEY": "", "PORT": "0"},
            "doctor --new-key",
            id="a missing key",
        ),
        pytest.param(
            ("worker",), {"INDEX_KEY": "too-short"}, "INDEX_KEY", id="an unusable key"
        ),
        pytest.param(("serve",), {"PORT": "eighty"}, "PORT", id="an unusable setting"),
    ],
)
async def test_what_goes_wrong_is_one_line_that_says_what_to_do(
    terminal: Terminal,
    arguments: tuple[str, ...],
    environment: dict[str, str],
    says: str,
) -> None:
    """Exit status 1, the reason on standard error, no traceback, nothing secret."""
    answer = await terminal.run(*arguments, **environment)

    assert answer.status == 1
    assert says in answer.err
    assert "Traceback" not in answer.err
    assert "too-short" not in answer.err


async def test_migrate_works_with_a_key_that_the_doctor_printed(
    terminal: Terminal,
) -> None:
    """The advice of the message about missing keys can be followed."""
    fresh = await terminal.run("doctor", "--new-key", DATABASE_URL="")
    migrated = await terminal.run("migrate", DATA_KEY=fresh.out.strip())

    assert (fresh.status, migrated.status) == (0, 0)
    assert migrated.out == "The database is up to date.\n"


async def test_the_sandbox_describes_itself_on_its_first_line(
    terminal: Terminal,
) -> None:
    """Another program reads URLs and credentials from it, and uses them at once."""
    async with terminal.running("sandbox") as process:
        told = json.loads(await line_with(process, "{"))
        key = told["klaviyo"]["private_key"]
        headers = {"authorization": f"Klaviyo-API-Key {key}", "revision": "2026-07-15"}
        async with httpx.AsyncClient(trust_env=False) as http:
            accounts = await http.get(
                f"{told['klaviyo']['url']}/api/accounts", headers=headers
            )
            shop = await http.get(told["shop"]["url"])
        ended = await stopped_by(process, signal.SIGTERM)

    assert accounts.json()["data"][0]["id"] == told["klaviyo"]["public_id"]
    assert told["line"]["login_channel"].keys() == {"id", "secret"}
    assert shop.status_code == 200
    assert (ended.status, ended.err) == (0, "")


async def test_serve_answers_until_it_is_told_to_stop(terminal: Terminal) -> None:
    """Ready over HTTP, then a clean end."""
    async with terminal.running("serve", PORT="0") as process:
        address = (await line_with(process, "Serving on")).split()[2].rstrip(";")
        async with httpx.AsyncClient(trust_env=False) as http:
            ready = await http.get(f"http://{address}/health/ready")
        ended = await stopped_by(process, signal.SIGTERM)

    assert ready.status_code == 200
    assert ended.status == 0
    assert "Traceback" not in ended.err


async def test_a_program_gets_a_token_that_cannot_approve(terminal: Terminal) -> None:
    """An operator chooses what holds the token."""
    number = (await terminal.run("merchants", "add", "Hana Coffee")).out.strip()
    given = await terminal.run("merchants", "token", number, "--kind", "agent")
    claims = given.out.strip().split(".")[1]
    read = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert (read["kind"], read["merchant"]) == ("agent", int(number))
