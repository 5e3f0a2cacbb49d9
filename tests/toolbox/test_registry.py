"""Arguments: what fits, and what is said when they do not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.core.errors import BadInput
from marketing_agent.toolbox.catalogue import all_tools
from marketing_agent.toolbox.linkage_tools import UnlinkFriend
from marketing_agent.toolbox.qr_link_tools import CreateQrLink, ShowQrLinks
from marketing_agent.toolbox.registry import problems_of

if TYPE_CHECKING:
    from tests.desk import Desk

HANA = "hana.sato@mail.test"

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("create_qr_link", {}, "name: Field required"),
        ("create_qr_link", {"name": 7}, "name: Input should be a valid string"),
        ("create_qr_link", {"name": "a\0b"}, "name: Value error, remove the NUL"),
        (
            "create_qr_link",
            {"name": "a", "link_type": HANA},
            "link_type: Input should be 'none' or 'klaviyo_linkage'",
        ),
        ("create_qr_link", {"name": "a", "color": HANA}, "color: Extra inputs"),
        ("create_qr_link", {"name": "a", HANA: 1}, "?: Extra inputs"),
        ("create_qr_link", {"name": [[HANA]]}, "name: Input should be a valid string"),
        ("show_qr_links", {"slug": HANA}, "slug: String should match pattern"),
        ("show_qr_links", {"slug": "../../etc"}, "slug: String should match pattern"),
        ("show_qr_links", {"slug": ""}, "slug: String should match pattern"),
        ("show_qr_links", {"slug": "a" * 10_000}, "slug: String should match"),
        ("unlink_friend", {"line_user_id": HANA}, "A LINE User ID is a U and 32"),
        ("unlink_friend", {"line_user_id": None}, "line_user_id: Input should be a"),
        ("query_linkage_status", {"line_user_id": ""}, "A LINE User ID is a U and 32"),
    ],
)
async def test_what_does_not_fit_is_said_without_repeating_it(
    desk: Desk, tool: str, arguments: dict[str, Any], says: str
) -> None:
    """The field and what it should be are named; what was sent stays out of it."""
    answer = await desk.call(tool, arguments)

    assert answer.status_code == 422
    assert says in answer.json()["message"]
    assert HANA not in answer.text


async def test_many_mistakes_make_no_endless_message(desk: Desk) -> None:
    """Ten thousand unknown fields are answered in a few lines."""
    answer = await desk.call("check_setup", {f"field_{n}": n for n in range(10_000)})

    assert answer.status_code == 422
    assert len(answer.text) < 1000


@given(st.dictionaries(st.text(max_size=10), anything, max_size=4))
def test_no_arguments_make_the_validation_fail_otherwise(
    arguments: dict[str, Any],
) -> None:
    """Whatever is sent, each tool takes it or says what is wrong, in storable text."""
    toolbox = all_tools()
    for tool in toolbox.tools.values():
        try:
            taken = tool.takes.model_validate(arguments)
        except ValueError as error:
            said = problems_of(error.errors())  # type: ignore[attr-defined]
            said.encode()
        else:
            json.dumps(taken.model_dump(mode="json"), allow_nan=False).encode()


@given(st.text(max_size=30))
def test_taken_text_can_always_be_stored(text: str) -> None:
    """PostgreSQL takes neither NUL nor half a character, so no tool does."""
    fields = ((CreateQrLink, "name"), (UnlinkFriend, "line_user_id"))
    for takes, name in (*fields, (ShowQrLinks, "slug")):
        try:
            taken = takes.model_validate({name: text})
        except ValueError:
            continue
        kept: str = getattr(taken, name)
        assert "\0" not in kept
        kept.encode()


async def test_an_unknown_tool_is_not_repeated_unless_it_is_a_plain_name(
    desk: Desk,
) -> None:
    """The message names a plausible slip, and nothing that could be an address."""
    plain = await desk.call("create_qr_code", {})
    odd = await desk.call("hana.sato@mail.test", {})

    assert (plain.status_code, odd.status_code) == (404, 404)
    assert plain.json()["message"] == 'There is no tool "create_qr_code" here.'
    assert odd.json()["message"] == 'There is no tool "?" here.'


def test_a_tool_says_no_before_anything_is_written() -> None:
    """What a draft refuses is refused when the write is built, not when it runs."""
    tool = all_tools().tools["create_qr_link"]
    taken = CreateQrLink(name="Spring", email_variable=HANA)
    with pytest.raises(BadInput) as refusal:
        tool.write(None, taken)  # type: ignore[union-attr]
    assert HANA not in refusal.value.message
