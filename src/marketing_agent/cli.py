"""The command line. Each command explains itself with --help.

Imports of the rooms happen inside the commands, so that --help stays quick.
"""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Coroutine

app = typer.Typer(
    help="Ties Klaviyo profiles and LINE friends together as the same person.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
merchants = typer.Typer(help="Add merchants and connect their accounts.")
app.add_typer(merchants, name="merchants")
tools = typer.Typer(help="The agent's tools, for programs.")
app.add_typer(tools, name="tools")

_Merchant = Annotated[
    int, typer.Argument(help="The merchant's number.", min=1, max=2**31 - 1)
]


def main() -> None:
    """Run a command; an error that a person can act on is one line, exit status 1."""
    from marketing_agent.core.errors import MarketingAgentError

    try:
        app()
    except MarketingAgentError as error:
        typer.echo(f"{error.message}", err=True)
        sys.exit(1)


@app.command()
def demo(
    once: Annotated[
        bool, typer.Option(help="Play the whole story without a browser, then exit.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --once: print one JSON object.")
    ] = False,
    browser: Annotated[
        bool, typer.Option(help="Open the page that tells the story.")
    ] = True,
) -> None:
    """Everything at once: the program, and a sandboxed Klaviyo, LINE and shop."""
    from marketing_agent.wiring import demo_command

    if once:
        sys.exit(_run(demo_command.once(as_json=as_json)))
    _run(demo_command.stay(browser=browser))


@app.command()
def chat(
    url: Annotated[
        str, typer.Option(help="Where `serve` or `demo` runs.")
    ] = "http://localhost:8000",
    token: Annotated[
        str | None,
        typer.Option(
            envvar="MARKETING_AGENT_TOKEN",
            help="Who you are; better from the environment than typed here.",
        ),
    ] = None,
    thread: Annotated[
        str | None, typer.Option(help="Go on with this conversation.")
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Start a demo and talk to it.")
    ] = False,
) -> None:
    """Talk to the agent: ask, look, approve. Reads lines from a pipe as well."""
    from marketing_agent.wiring import chat_command

    if demo:
        _run(chat_command.chat_with_demo())
    else:
        _run(chat_command.chat(url, token, thread))


@app.command()
def serve(
    worker: Annotated[
        bool, typer.Option(help="Also do the work of `worker` in this process.")
    ] = True,
) -> None:
    """Serve the API, the customer pages and the webhooks."""
    from marketing_agent.wiring import long_running

    _run(long_running.serve(with_worker=worker))


@app.command()
def worker() -> None:
    """Do the work behind: inbox, lookups, telling Klaviyo. Run as many as you like."""
    from marketing_agent.wiring import working

    _run(working.work())


@app.command()
def sandbox() -> None:
    """Serve a sandboxed Klaviyo, LINE and shop; the first line is JSON about them."""
    from marketing_agent.wiring import long_running

    _run(long_running.sandbox())


@app.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    from marketing_agent.wiring import commands

    _run(commands.migrate())


@app.command()
def doctor(
    new_key: Annotated[
        bool, typer.Option(help="Print a fresh key for DATA_KEY and its kin.")
    ] = False,
) -> None:
    """Check this installation, and say how to fix what is wrong."""
    from marketing_agent.wiring import commands

    sys.exit(_run(commands.doctor(new_key=new_key)))


@merchants.command("add")
def add_merchant(
    name: Annotated[str, typer.Argument(help="The shop's name; customers read it.")],
    region: Annotated[
        str, typer.Option(help="Completes phone numbers without a country code.")
    ] = "JP",
    time_zone: Annotated[str, typer.Option(help="For times shown.")] = "Asia/Tokyo",
    privacy_policy: Annotated[
        str | None, typer.Option(help="Its address; LINE requires the link.")
    ] = None,
) -> None:
    """Add a merchant and print its number."""
    from marketing_agent.wiring import commands

    _run(commands.add_merchant(name, region, time_zone, privacy_policy))


@merchants.command("list")
def list_merchants() -> None:
    """All merchants, and what is connected."""
    from marketing_agent.wiring import commands

    _run(commands.list_merchants())


@merchants.command("connect-klaviyo")
def connect_klaviyo(
    merchant: _Merchant,
    key: Annotated[
        str,
        typer.Option(
            prompt="Klaviyo private key",
            hide_input=True,
            envvar="KLAVIYO_PRIVATE_KEY",
            help="Better asked for or from the environment than typed here.",
        ),
    ],
) -> None:
    """Connect a Klaviyo account with its private key."""
    from marketing_agent.wiring import commands

    _run(commands.connect_klaviyo(merchant, key))


@merchants.command("connect-line")
def connect_line(
    merchant: _Merchant,
    login_channel: Annotated[str, typer.Option(prompt="LINE Login channel ID")],
    messaging_channel: Annotated[str, typer.Option(prompt="Messaging API channel ID")],
    login_secret: Annotated[
        str,
        typer.Option(
            prompt="LINE Login channel secret",
            hide_input=True,
            envvar="LINE_LOGIN_SECRET",
        ),
    ],
    messaging_secret: Annotated[
        str,
        typer.Option(
            prompt="Messaging API channel secret",
            hide_input=True,
            envvar="LINE_MESSAGING_SECRET",
        ),
    ],
    ask_email: Annotated[
        bool | None,
        typer.Option(
            help="Ask for the email address at the LINE login; LINE has to have "
            "granted the Login channel that permission."
        ),
    ] = None,
) -> None:
    """Connect a LINE Official Account; sets its webhook URL."""
    from marketing_agent.wiring import commands

    login, messaging = (
        (login_channel, login_secret),
        (
            messaging_channel,
            messaging_secret,
        ),
    )
    _run(commands.connect_line(merchant, login, messaging, ask_email=ask_email))


@merchants.command("invite")
def invite(
    merchant: _Merchant,
    name: Annotated[str, typer.Option(help="Whom you invite; stands by what they do.")],
    role: Annotated[
        Literal["owner", "staff", "viewer"],
        typer.Option(help="A viewer may look at everything and change nothing."),
    ] = "owner",
    hours: Annotated[
        int, typer.Option(help="How long the link is good.", min=1, max=24 * 90)
    ] = 168,
) -> None:
    """Print a link that signs one person in, once. Send it to nobody else."""
    from marketing_agent.wiring import commands

    _run(commands.invite(merchant, name, role, hours))


@merchants.command("token")
def token(
    merchant: _Merchant,
    name: Annotated[str, typer.Option(help="Who will use it.")] = "operator",
    kind: Annotated[
        Literal["human", "agent", "mcp"],
        typer.Option(help="What holds the token. Only a human's may approve."),
    ] = "human",
) -> None:
    """Print a token for the API, good for 12 hours."""
    from marketing_agent.wiring import commands

    _run(commands.print_token(merchant, name, kind))


@tools.command("export")
def export_tools(
    shape: Annotated[
        Literal["json", "openai", "mcp"],
        typer.Option(
            "--format", help="Ours, OpenAI's function tools, or MCP's tools/list."
        ),
    ] = "json",
    file: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write there instead of printing."),
    ] = None,
) -> None:
    """Print the JSON Schemas of all tools; the same again for the same version."""
    from marketing_agent.wiring import tool_export

    tool_export.export_tools(shape, file)


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run until done or interrupted; SIGTERM stops like Ctrl-C, everything in order."""
    from marketing_agent.wiring.stopping import run

    return run(work)


if __name__ == "__main__":
    main()
