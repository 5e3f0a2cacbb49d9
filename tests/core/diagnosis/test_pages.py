"""The Landing Page Embed Code is found where it works, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.core.diagnosis.pages import PageReading, ScriptOnPage, read_page
from marketing_agent.core.form_linkage import embed_code

OURS = "https://links.test"
CODE = embed_code(OURS, "ourkey23")


def _keys(html: str, ours: str = OURS) -> list[str]:
    return [each.key for each in read_page(html, ours).scripts]


@pytest.mark.parametrize(
    "html",
    [
        CODE,
        f"<html><head>{CODE}</head><body></body></html>",
        f"<body><p>1 < 2<div>{CODE}",
        CODE.upper().replace("OURKEY23", "ourkey23"),
        "<script src='//links.test/embed/ourkey23.js'></script>",
        "<script src=https://links.test/embed/ourkey23.js async></script>",
        '<script src=" https://links.test/embed/ourkey23.js?v=2 "></script>',
        f"<!-- old --><script>var a = '<!--';</script>{CODE}",
    ],
)
def test_our_script_is_found(html: str) -> None:
    """However it is written, where a browser would run it."""
    assert _keys(html) == ["ourkey23"]


@pytest.mark.parametrize(
    "html",
    [
        "",
        "links.test/embed/ourkey23.js",
        f"<!-- {CODE} -->",
        f"<script>document.write('{CODE[:-9]}')</script>",
        f"<textarea>{CODE}</textarea>",
        f"<noscript>{CODE}</noscript>",
        f"<template>{CODE}</template>",
        CODE.replace("script", "img"),
        CODE.replace("links.test", "links.test.evil.test"),
        CODE.replace("links.test", "evil.test/links.test"),
        CODE.replace("/embed/", "/other/"),
        CODE.replace(".js", ".json"),
        CODE.replace("ourkey23", ""),
        CODE.replace("ourkey23", "k" * 65),
        CODE.replace("src=", "data-src="),
    ],
)
def test_what_does_not_run_is_not_found(html: str) -> None:
    """Text, comments, other addresses and other elements."""
    assert _keys(html) == []


def test_what_is_told_about_each_script() -> None:
    """Keys in order, also another merchant's; nonces; comments; meta policies."""
    html = f"""
        <meta http-equiv="Content-Security-Policy" content="script-src 'self'">
        <meta name="description" content="script-src 'none'">
        {CODE.replace("ourkey23", "theirs")}
        {CODE.replace("<script", "<script nonce=r4nd")}
        <!-- {CODE.replace("ourkey23", "oldkey")} <img src="x.png"> -->
    """
    assert read_page(html, OURS) == PageReading(
        scripts=(
            ScriptOnPage(key="theirs"),
            ScriptOnPage(key="ourkey23", nonce="r4nd"),
        ),
        in_comments=("oldkey",),
        policies=("script-src 'self'",),
    )


def test_an_address_with_a_port_is_compared_with_it() -> None:
    """Another installation on the same computer is not ours."""
    ours = "http://localhost:8000"
    code = embed_code(ours, "ourkey23")
    assert _keys(code, ours) == ["ourkey23"]
    assert _keys(code.replace("8000", "80001"), ours) == []


@given(st.text())
def test_no_page_makes_the_reading_fail(html: str) -> None:
    """Anything is read, alone and around our script."""
    assert isinstance(read_page(html, OURS), PageReading)
    assert isinstance(read_page(html + CODE + html, OURS), PageReading)
