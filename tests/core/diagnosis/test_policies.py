"""A Content Security Policy that keeps our script out is told from others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.core.diagnosis.policies import forbids

OURS = "https://links.test"
PAGE = "https://shop.test/welcome"


def _forbids(*policies: str, nonce: str | None = None, ours: str = OURS) -> bool:
    return forbids(policies, nonce, ours, PAGE)


@pytest.mark.parametrize(
    ("policy", "forbidden"),
    [
        ("", False),
        ("img-src 'none'", False),
        ("default-src *", False),
        ("default-src 'self'", True),
        ("default-src 'none'", True),
        ("default-src 'self'; script-src https://links.test", True),
        ("default-src 'self' https://links.test", False),
        ("script-src https://links.test", False),
        ("script-src 'self'; connect-src https://links.test", True),
        ("script-src https://links.test; connect-src 'self'", True),
        ("SCRIPT-SRC HTTPS://LINKS.TEST", False),
        ("script-src links.test", False),
        ("script-src links.test:443", False),
        ("script-src links.test:*", False),
        ("script-src links.test:8443", True),
        ("script-src http://links.test", False),
        ("script-src ws://links.test", True),
        ("script-src https:", False),
        ("script-src http:", False),
        ("script-src data:", True),
        ("script-src *.test", False),
        ("script-src *.links.test", True),
        ("script-src https://links.test/embed/", False),
        ("script-src evil-links.test", True),
        ("script-src-elem 'self'; script-src https://links.test", True),
        ("script-src 'self'; script-src https://links.test", True),
        ("script-src 'unsafe-inline'", True),
        ("script-src 'strict-dynamic' https://links.test", True),
        ("script-src", True),
    ],
)
def test_one_policy(policy: str, forbidden: bool) -> None:  # noqa: FBT001 - a row
    """Script and connection are judged each by its own sources."""
    assert _forbids(policy) is forbidden


def test_every_policy_of_a_page_counts() -> None:
    """A lenient one does not open what a strict one has closed."""
    assert _forbids("script-src *", "script-src 'self'")
    assert not _forbids("script-src *", "connect-src *")


@pytest.mark.parametrize(
    ("nonce", "forbidden"), [("r4nd", False), ("other", True), (None, True), ("", True)]
)
def test_the_nonce_of_the_element(nonce: str | None, forbidden: bool) -> None:  # noqa: FBT001 - a row
    """The right nonce lets the script in, also where hosts do not count."""
    assert _forbids("script-src 'nonce-r4nd'", nonce=nonce) is forbidden
    strict = "script-src 'strict-dynamic' 'nonce-r4nd'"
    assert _forbids(strict, nonce=nonce) is forbidden


@pytest.mark.parametrize(
    ("ours", "policy", "forbidden"),
    [
        ("http://localhost:8000", "script-src http://localhost:8000", False),
        ("http://localhost:8000", "script-src localhost:*", False),
        ("http://localhost:8000", "script-src http://localhost:9000", True),
        ("http://localhost:8000", "script-src https:", True),
        ("https://shop.test", "script-src 'self'", False),
    ],
)
def test_our_own_address_is_compared_with_its_port(
    ours: str,
    policy: str,
    forbidden: bool,  # noqa: FBT001 - a row
) -> None:
    """Also at an unusual port, and where the shop and we are one site."""
    assert _forbids(policy, ours=ours) is forbidden


@given(st.text(), st.text(), st.text())
def test_no_policy_makes_the_judging_fail(policy: str, nonce: str, page: str) -> None:
    """Anything is judged."""
    assert isinstance(forbids([policy], nonce, OURS, page), bool)
