"""What `marketing-agent demo` shows on the terminal."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import webbrowser

from rich.console import Console
from rich.text import Text

from marketing_agent.settings import Settings
from marketing_agent.wiring.demo import Demo, running_demo
from marketing_agent.wiring.story.play import play
from marketing_agent.wiring.story.scene import StoryBroke
from marketing_agent.wiring.terminal import TOKEN_VARIABLE

_PORTS = (8000, 8001, 8002, 8003)
_PAGE_PORT = 8004
_LONGEST_STORY_S = 60.0
_INDENT = 10
"""Cells before what is told: the longest teller and two."""


async def once(*, as_json: bool) -> int:
    """Play the story on free ports; the exit status says whether it ended right."""
    console = Console(stderr=as_json, highlight=False)

    def say(who: str, what: str) -> None:
        _tell(console, who, what)

    try:
        async with asyncio.timeout(_LONGEST_STORY_S):
            async with running_demo(_untouched()) as demo:
                story = await play(demo.cast, say)
    except StoryBroke as error:
        console.print(Text(f"The story broke: {error}"))
        return 1
    except TimeoutError:
        console.print(Text("The story broke: it took too long"))
        return 1
    if as_json:
        sys.stdout.write(json.dumps(story.as_json(), ensure_ascii=False) + "\n")
    else:
        console.print(Text("Linked, on both sides.", style="bold green"))
    return 0


def _tell(console: Console, who: str, what: str) -> None:
    """What is told stands beside who tells it, however long it is."""
    width = max(console.width - _INDENT, 1)
    for line in Text(what).wrap(console, width):
        line.rstrip()
        beside = f"{who:>{_INDENT - 2}}  " if line else ""
        console.print(Text(beside, style="bold"), line, sep="")
        who = ""


async def stay(*, browser: bool) -> None:
    """Keep everything up until Ctrl-C; with a `browser`, open the page in it."""
    console = Console(highlight=False)
    async with running_demo(_untouched(), _PORTS, page_port=_PAGE_PORT) as demo:
        # Commands are copied from here, so no line of them may be broken.
        console.print(_welcome(demo), soft_wrap=True)
        if browser and demo.page_url and _has_display():
            await asyncio.to_thread(webbrowser.open, demo.page_url)
        try:
            await asyncio.Event().wait()
        finally:
            console.print("Stopping everything.")


def _has_display() -> bool:
    """Whether somebody sits in front of this; else a browser of text might open."""
    drawn = sys.platform == "darwin" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    return drawn and sys.stdout.isatty()


def _untouched() -> Settings:
    """The defaults: a demo never reaches the accounts that the environment names."""
    return Settings.model_construct()


def _welcome(demo: Demo) -> Text:
    cast = demo.cast
    return Text.assemble(
        ("Everything is up. Nothing here leaves this machine.\n\n", "bold"),
        ("Link your first customer in the browser:  ", "bold"),
        (f"{demo.page_url}/\n\n", "bold underline"),
        f"  Program   {demo.url}   (API: {demo.url}/api/docs)\n",
        f"  Shop      {cast.shop_url}   its customers' inboxes\n",
        f"  LINE      {cast.line_url}   who is a friend of whom\n",
        f"  Klaviyo   {cast.klaviyo_url}/sandbox/state\n\n",
        ("Talk to the agent, in another terminal:\n\n", "bold"),
        f"  {TOKEN_VARIABLE}={demo.token} marketing-agent chat --url {demo.url}\n\n",
        ("Or create a custom QR code by hand (approve, then call):\n\n", "bold"),
        f"  export API={demo.url} TOKEN={demo.token}\n",
        '  ARGS=\'{"name": "Newsletter", "email_variable": "{{ email }}"}\'\n',
        "  APPROVAL=$(curl -s $API/api/v1/approvals "
        '-H "Authorization: Bearer $TOKEN" \\\n'
        '    --json "{\\"tool\\": \\"create_qr_link\\", \\"arguments\\": $ARGS}" '
        "| cut -d '\"' -f 4)\n",
        "  curl -s $API/api/v1/tools/create_qr_link "
        '-H "Authorization: Bearer $TOKEN" \\\n'
        '    --json "{\\"arguments\\": $ARGS, \\"approval_id\\": \\"$APPROVAL\\"}"\n\n',
        ("Then send it and be a customer:\n\n", "bold"),
        f"  curl -s {cast.shop_url}/sandbox/mails --json "
        '\'{"subject": "Hello LINE", "html": "<a href=LINKING_URL>LINE</a>"}\'\n',
        f"  open {cast.shop_url}, pick an inbox, tap the link\n\n",
        "Ctrl-C stops all of it.",
    )
