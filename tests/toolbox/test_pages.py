"""The tools and their Markdown pages: complete, and refused when they are not."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.callers import Caller, CallerKind, Role
from marketing_agent.toolbox.catalogue import all_tools
from marketing_agent.toolbox.pages import BrokenPage, Effect
from marketing_agent.toolbox.registry import Arguments, PageMismatch, WriteTool

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = Path(__file__).parents[2] / "tools"
PAGE = PAGES / "show_qr_links.md"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Give a copy of the pages to spoil."""
    return copytree(PAGES, tmp_path / "tools")


def test_every_tool_has_a_page_and_every_page_a_tool() -> None:
    """What this program can do stands in both places, with the same effect."""
    toolbox = all_tools()

    effects = {name: tool.effect for name, tool in toolbox.tools.items()}
    assert (
        effects.items()
        >= {
            "check_setup": Effect.READ,
            "create_qr_link": Effect.WRITE,
            "update_qr_link": Effect.WRITE,
            "delete_qr_link": Effect.WRITE,
            "show_qr_links": Effect.READ,
            "query_linkage_status": Effect.READ,
            "unlink_friend": Effect.WRITE,
            "undo_change": Effect.WRITE,
            "show_changes": Effect.READ,
        }.items()
    )
    assert toolbox.tools.keys() == toolbox.pages.keys()
    assert {file.stem for file in PAGES.glob("*.md")} == toolbox.pages.keys()


def test_a_binding_is_a_write_exactly_if_its_effect_says_so() -> None:
    """A tool that changes something cannot pass as a reader."""
    for tool in all_tools().tools.values():
        assert isinstance(tool, WriteTool) is (tool.effect is Effect.WRITE)
        assert issubclass(tool.takes, Arguments)


def test_no_tool_takes_a_merchant_or_a_credential() -> None:
    """The merchant comes from the token, credentials never through a tool."""
    for tool in all_tools().tools.values():
        for name in tool.takes.model_fields:
            assert not any(
                word in name for word in ("merchant", "key", "secret", "token")
            )


def test_every_page_speaks_to_people() -> None:
    """Title, examples in every language, and a body that says when to use it."""
    for page in all_tools().pages.values():
        assert page.title
        assert all(len(said) >= 6 for said in page.examples.values())
        assert len(page.body) > 100


def test_nothing_is_said_for_two_tools() -> None:
    """An utterance that stands for two tools would teach neither."""
    said = [
        utterance.casefold()
        for page in all_tools().pages.values()
        for language in page.examples.values()
        for utterance in language
    ]
    assert len(said) == len(set(said))


def _spoil(change: Callable[[str], str], pages: Path) -> None:
    file = pages / PAGE.name
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:0],
        lambda text: text.replace("---\n", "", 1),
        lambda text: "\ufeff" + text,
        lambda text: text.split("---\n")[1],
        lambda text: "---\n" + text.split("---\n")[1] + "---\n",
        lambda text: text.replace("effect: read", "effect: look"),
        lambda text: text.replace("effect: read", "effect: read\ncolour: red"),
        lambda text: text.replace("title:", "titel:"),
        lambda text: text.replace("name: show_qr_links", "name: show_qr_codes"),
        lambda text: text.replace("  ja:", "  de:"),
        lambda text: text.replace("title: Show", "title: [Show"),
        lambda text: text.replace("title: Show", "title: !!python/object:os.x Show"),
        lambda _: "---\n- a list\n---\nbody\n",
        lambda _: "---\n---\nbody\n",
    ],
)
def test_a_broken_page_stops_the_start_and_is_named(
    pages: Path, change: Callable[[str], str]
) -> None:
    """No page is half read: missing parts, unknown keys and slips name the file."""
    _spoil(change, pages)

    with pytest.raises(BrokenPage) as refusal:
        all_tools(pages)
    assert "show_qr_links.md" in refusal.value.message


def test_a_page_that_is_no_text_is_named(pages: Path) -> None:
    """Saved in another encoding, a page is refused instead of crashing the start."""
    (pages / PAGE.name).write_bytes("---\nname: 表示\n".encode("shift_jis"))

    with pytest.raises(BrokenPage, match=r"show_qr_links\.md"):
        all_tools(pages)


def test_a_page_without_examples_is_refused(pages: Path) -> None:
    """An empty list for a language is as little as no list."""
    head, _, rest = PAGE.read_text(encoding="utf-8").partition("  ja:\n")
    kept = rest[rest.index("---\n") :]
    (pages / PAGE.name).write_text(f"{head}  ja: []\n{kept}", encoding="utf-8")

    with pytest.raises(BrokenPage, match="every language"):
        all_tools(pages)


def test_a_page_from_windows_is_the_same_page(pages: Path) -> None:
    """Line endings of another system change nothing."""
    file = pages / PAGE.name
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))

    assert all_tools(pages).pages == all_tools().pages


def test_a_tool_without_a_page_stops_the_start(pages: Path) -> None:
    """The page that is missing is named."""
    (pages / PAGE.name).unlink()

    with pytest.raises(PageMismatch, match=r"show_qr_links\.md is missing"):
        all_tools(pages)


def test_a_page_without_a_tool_stops_the_start(pages: Path) -> None:
    """A page that nothing carries out would promise what does not exist."""
    text = PAGE.read_text(encoding="utf-8").replace("show_qr_links", "sing", 1)
    (pages / "sing.md").write_text(text, encoding="utf-8")

    with pytest.raises(PageMismatch, match=r"sing\.md has no binding"):
        all_tools(pages)


def test_an_effect_that_differs_stops_the_start(pages: Path) -> None:
    """A page that calls a write a read would hide the approval from people."""
    file = pages / "unlink_friend.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("effect: write", "effect: read"), encoding="utf-8")

    with pytest.raises(PageMismatch, match=r"unlink_friend\.md does not say write"):
        all_tools(pages)


def test_a_viewer_is_offered_readers_only() -> None:
    """What a viewer may not do is not even shown to their agent."""
    toolbox = all_tools()
    for kind in CallerKind:
        viewer = Caller(subject="v", merchant_id=1, role=Role.VIEWER, kind=kind)
        staff = Caller(subject="s", merchant_id=1, role=Role.STAFF, kind=kind)
        assert {t.effect for t in toolbox.offered_to(viewer)} == {Effect.READ}
        assert len(toolbox.offered_to(staff)) == len(toolbox.tools)
