"""The documentation leads somewhere, and names only what there is."""

from __future__ import annotations

import re
import shlex
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import pytest

from tests.docs.pages import PAGES, ROOT, anchors, blocks, links, name_of
from tests.docs.reference_pages import all_commands

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS: Final = dict(all_commands())
README_LINES: Final = 60


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_to_pages_and_headings(page: Path) -> None:
    """Every relative link names a file, and its fragment a heading in it."""
    for link in links(page):
        if "://" in link:
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), link
        assert not fragment or fragment in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_in_fences_exist(page: Path) -> None:
    """Every fenced command is one of the program, with options that it has."""
    for line in _lines(page):
        for words in _programs(line):
            _assert_exists(words)


def test_every_page_is_reached_from_the_readme() -> None:
    """A reader who follows links from the README comes to every page.

    Translated help pages stand beside the English ones, under the same names.
    """
    seen: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        seen.add(page)
        targets = {
            (page.parent / link.partition("#")[0]).resolve() for link in links(page)
        }
        ahead += [each for each in targets - seen if each.suffix == ".md"]
    english = ROOT / "docs" / "help" / "en"
    assert {
        english / page.name if page.parent.parent == english.parent else page
        for page in PAGES
    } <= seen


def test_the_readme_is_one_screen() -> None:
    """The README stays short enough to be read to its end."""
    assert len((ROOT / "README.md").read_text().splitlines()) <= README_LINES


def test_verbs_of_the_justfile_exist() -> None:
    """Every `just` verb runs a command of the program, a module or a script of ours."""
    recipes = re.findall(
        r"^    (?!@)(.+)$", (ROOT / "justfile").read_text(), re.MULTILINE
    )
    assert recipes
    for recipe in recipes:
        for words in _programs(recipe.replace("{{", "").replace("}}", "")):
            _assert_exists(words)


def _lines(page: Path) -> list[str]:
    return [
        line
        for block in blocks(page, "sh")
        for line in block.replace("\\\n", " ").splitlines()
    ]


def _programs(line: str) -> list[list[str]]:
    """The words of each program call of ours in a line, from its name on."""
    calls = []
    for call in line.partition(" #")[0].split("&&"):
        words = shlex.split(call) if call.count("'") % 2 == 0 else []
        if words[:2] == ["uv", "run"]:
            words = [each for each in words[2:] if each != "--no-dev"]
        calls.append(words)
    return calls


def _assert_exists(words: list[str]) -> None:
    match words:
        case ["marketing-agent", *rest]:
            _assert_is_command(rest)
        case ["python", "-m", module, *_]:
            assert find_spec(module), module
        case [script, *_] if script.startswith("."):
            assert (ROOT / script).is_file(), script
        case _:
            pass


def _assert_is_command(words: list[str]) -> None:
    names = [
        name for name in COMMANDS if name.split()[1:] == words[: len(name.split()) - 1]
    ]
    assert names, words
    known = {
        flag
        for option in COMMANDS[names[0]].params
        for flag in (*option.opts, *option.secondary_opts)
    }
    given = {each for each in words if each.startswith("--")}
    assert given <= known | {"--help"}, words
