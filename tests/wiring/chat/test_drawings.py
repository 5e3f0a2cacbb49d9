"""What the terminal shows of the tools' data, however strange the data is."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from marketing_agent.toolbox.catalogue import all_tools
from marketing_agent.wiring.chat_events import (
    Card,
    Happening,
    TextEnded,
    TextPiece,
    ToolAnswered,
)
from marketing_agent.wiring.chat_pages import ToolOffered
from marketing_agent.wiring.chat_reading import Reading
from marketing_agent.wiring.chat_terminal.blocks import draw_block
from marketing_agent.wiring.chat_terminal.canvas import Canvas
from marketing_agent.wiring.chat_terminal.flow import Flow
from marketing_agent.wiring.chat_terminal.qr_drawing import qr_code
from marketing_agent.wiring.chat_terminal.screen import Screen
from marketing_agent.wiring.chat_terminal.wording import wording
from marketing_agent.wiring.foreign_text import visible
from tests.api.customer.qr_reader import read as read_qr_code

TOOLS = {
    name: ToolOffered(name=name, title=name.replace("_", " "), effect=tool.effect)
    for name, tool in all_tools().tools.items()
}
QR_LINK = {
    "slug": "736mg47maq",
    "name": "Newsletter",
    "email_variable": "{{ email }}",
    "linking_url": "https://links.test/l/736mg47maq?email={{ email }}",
    "add_friend_url": None,
    "email_link": f'<a href="{"long" * 60}">LINE</a>',
    "opened": 3,
}
NASTY = (
    "\x1b[31mred\x07",
    "[bold]not markup[/bold] [/] :smile:",
    "日本語" * 200,
    "\u202egnp.exe\u2066",
    "שלום עולם",
    "a\nb\r\tc\x9b2J",
    "\ud800",
    "x" * 5_000,
)
FIELDS = (
    *("checks", "state", "says", "fix", "what", "platform", "qr_links", "name", "slug"),
    *("linking_url", "add_friend_url", "opened", "friends", "linked", "attempts"),
    *("count", "line_user_id", "matched_by", "changes", "id", "made_at", "sections"),
    *("text", "heading", "page_title", "email_variable", "can_be_undone"),
)
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal does not print but obeys."""
BLACK_ON_WHITE = re.compile(r"\x1b\[38;2;0;0;0;48;2;255;255;255m(.*)\x1b\[0m")
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(NASTY),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6)
    ),
    max_leaves=15,
)


def drawn(*happenings: Happening, width: int = 80) -> str:
    """What a pipe would get."""
    out = io.StringIO()
    screen = Screen(Canvas(out, width), TOOLS)
    for each in happenings:
        screen.show(each)
    screen.offer()
    return out.getvalue()


def answer(tool: str, data: Any, **other: Any) -> ToolAnswered:
    """A result as it is read from the wire."""
    content = json.dumps({"status": "done", "text": "said", "data": data, **other})
    reading = Reading("http://links.test", {"call_1": tool})
    event = {"type": "TOOL_CALL_RESULT", "toolCallId": "call_1", "content": content}
    [read] = reading.read("1", json.dumps(event))
    assert isinstance(read, ToolAnswered)
    return read


@settings(max_examples=200, deadline=None)
@given(
    tool=st.sampled_from(sorted(TOOLS)),
    data=st.dictionaries(st.sampled_from(FIELDS), anything, max_size=8) | anything,
)
def test_strange_data_is_drawn_without_harm(tool: str, data: Any) -> None:
    """Nothing breaks, nothing reaches the terminal's controls, markup stays text."""
    shown = drawn(answer(tool, data), TextEnded())

    assert shown.encode()
    assert not re.search(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown
    )
    assert "😄" not in shown


def test_what_is_to_be_copied_is_never_broken() -> None:
    """Linking URL and snippets are lines of their own, also on a narrow screen."""
    shown = drawn(answer("create_qr_link", QR_LINK), width=30).splitlines()

    assert QR_LINK["linking_url"] in shown
    assert QR_LINK["email_link"] in shown


def test_the_same_custom_qr_code_is_drawn_once_an_answer() -> None:
    """The agent looks at what it has just saved; nobody needs to see it twice."""
    shown = drawn(
        answer("create_qr_link", QR_LINK),
        answer("show_qr_links", {"qr_links": [QR_LINK]}),
    )

    assert shown.count(str(QR_LINK["linking_url"])) == 1


@pytest.mark.parametrize(
    ("card", "leads_to"),
    [
        pytest.param(QR_LINK, "https://links.test/l/736mg47maq", id="linkage"),
        pytest.param(
            {"add_friend_url": "https://line.test/R/ti/p/%40hana"},
            "https://line.test/R/ti/p/%40hana",
            id="add a friend",
        ),
    ],
)
def test_the_qr_code_can_be_scanned(card: dict[str, Any], leads_to: str) -> None:
    """Black on white by itself, with a quiet zone; no merge variable is in it."""
    out = io.StringIO()
    canvas = Canvas(out, 100)
    canvas.console = Console(
        file=out, force_terminal=True, color_system="truecolor", width=100
    )
    draw_block(canvas, wording("en"), "show_qr_links", {"qr_links": [card]})
    styled = re.findall(
        r"\x1b\[38;2;0;0;0;48;2;255;255;255m(.*)\x1b\[0m", out.getvalue()
    )

    assert read_qr_code(_modules(styled)) == leads_to


def _modules(lines: list[str]) -> list[list[bool]]:
    """The dark modules that these characters show, without the quiet zone."""
    rows: list[list[bool]] = []
    for line in lines:
        rows += [[each in "▀█" for each in line], [each in "▄█" for each in line]]
    size = len(rows[0])
    edge = [row[:4] + row[-4:] for row in rows] + rows[:4] + rows[size - 4 : size]
    assert not any(dark for row in edge for dark in row)
    return [row[4 : size - 4] for row in rows[4 : size - 4]]


def test_no_qr_code_for_a_text_that_is_too_long() -> None:
    """A server that sends a monstrous address gets no QR code, and no error."""
    assert qr_code("https://links.test/" + "x" * 5_000) is None


def test_the_help_text_is_not_quoted_twice() -> None:
    """What the agent quotes itself is left out; a paraphrase has it beside it."""
    section = {
        "id": "a#b",
        "page_title": "A",
        "heading": "B",
        "text": "One\ntwo three.",
    }
    explained = answer("explain", {"sections": [section]})
    quoting = TextPiece(message_id="m", text="It says:\n> One two\n> three.")
    own_words = TextPiece(message_id="m", text="In short: three.")

    assert drawn(explained, quoting, TextEnded()).count("two") == 1
    assert "│ One two three." in drawn(explained, own_words, TextEnded())
    assert "A, B [a#b]" in drawn(explained, own_words, TextEnded())


def test_words_are_broken_between_words_and_snippets_not_at_all() -> None:
    """Also where a word came in two pieces, and for wide characters."""
    written: list[str] = []
    flow = Flow(written.append, 10)
    for piece in ("one two th", "ree 日本語 x\n```\na b c d e f g h\n```\nend"):
        flow.add(piece)
    flow.end()

    assert "".join(written) == (
        "one two\nthree\n日本語 x\n```\na b c d e f g h\n```\nend\n"
    )


def test_a_card_shows_every_argument_but_empty_ones() -> None:
    """A person can only approve what is on the screen."""
    arguments = {"name": "A\x1b[2J[red]B", "phone_variable": None, "limit": 5}
    card = Card(
        id="c", tool="t", title="Title", arguments=visible(arguments), expires_at=None
    )
    out = io.StringIO()
    Screen(Canvas(out, 60), TOOLS).card(card, card.arguments)

    assert "name: A[2J[red]B" in out.getvalue()
    assert "limit: 5" in out.getvalue()
    assert "phone_variable" not in out.getvalue()
