"""Start tags and comments are read as a browser reads them, in time that is bounded."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.core.diagnosis.markup import Comment, StartTag, read_markup


def tag(name: str, **attributes: str) -> StartTag:
    """A start tag as it should be read."""
    return StartTag(name=name, attributes=attributes)


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ('<p class="a">text</p>', [tag("p", **{"class": "a"})]),
        ("<P CLASS='a b'>", [tag("p", **{"class": "a b"})]),
        ("<a href=x/y>", [tag("a", href="x/y")]),
        ("<a\n  async\n  src = x\n>", [tag("a", **{"async": ""}, src="x")]),
        ("<br/>", [tag("br")]),
        ("<a b=1 b=2>", [tag("a", b="1")]),
        ('<a b="1>2">', [tag("a", b="1>2")]),
        ('<a b="x&amp;y">', [tag("a", b="x&y")]),
        ('<a b=""c>', [tag("a", b="", c="")]),
        ("1 < 2 <3 <", []),
        ("<!DOCTYPE html><p>", [tag("p")]),
        ("</p><?xml?><p>", [tag("p")]),
        ("<![zzz[ <p> ]]>", [tag("p")]),
        ("<!-- <p> --><b>", [Comment(text=" <p> "), tag("b")]),
        ("<!--><p>", [Comment(text=""), tag("p")]),
        ("<!-- <p>", [Comment(text=" <p>")]),
        ("<script>if (a<b) '<p>'</script><i>", [tag("script"), tag("i")]),
        ("<SCRIPT>'<p>'</Script ><i>", [tag("script"), tag("i")]),
        ("<script>'</scripted>'<p>", [tag("script")]),
        ("<style><p></style><i>", [tag("style"), tag("i")]),
        ("<textarea><p></textarea><i>", [tag("textarea"), tag("i")]),
        ("<template><p></template><i>", [tag("template"), tag("i")]),
        ("<noscript><p></noscript><i>", [tag("noscript"), tag("i")]),
        ('<p><a href="never closed', [tag("p")]),
        ("<p", []),
    ],
)
def test_what_a_browser_would_read(html: str, read: list[object]) -> None:
    """Tags and comments, and neither in what a browser takes for text."""
    assert list(read_markup(html)) == read


@given(st.text(alphabet=st.sampled_from("<>!-/='\" abscriptple&;[]\n")))
def test_no_page_makes_the_reading_fail(html: str) -> None:
    """Anything is read to its end."""
    for each in read_markup(html):
        assert isinstance(each, StartTag | Comment)


@pytest.mark.parametrize(
    "piece",
    [
        *("<!--", "<", "<a", "<a ", '<a b="', "<a b='", "<a b=", "<a =", "<a b='\""),
        *("<script", "</script", "<script>", "<template><p>", "<!", "<![", '="', " "),
    ],
)
def test_a_hostile_page_is_read_in_a_moment(piece: str) -> None:
    """Whatever is repeated 200,000 characters long, the time does not explode."""
    html = piece * (200_000 // len(piece))
    began = time.perf_counter()
    for _ in read_markup(html):
        pass
    assert time.perf_counter() - began < 2
