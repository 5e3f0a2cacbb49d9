"""Every page in every language: whole, escaped, and well-formed."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

import pytest
from starlette.requests import Request

from marketing_agent.api.customer.pages import Pages
from marketing_agent.api.customer.problems import every_problem
from marketing_agent.sandbox.page_reader import parse
from marketing_agent.services.customer_account import Progress, Step
from marketing_agent.services.customer_login import ToConfirm
from marketing_agent.services.customer_visit import Landing

HOSTILE: Final = "<script>alert('1')</script>\"{shop}&amp;"
PAGES: Final = Pages()
VOID: Final = frozenset(("meta", "link", "input", "img", "source", "br"))
NAMES: Final = [
    "landing",
    "landing again",
    "landing inside",
    "landing for nobody",
    "confirm",
    "declined",
    "add_friend",
    "add_friend blocked",
    "done",
    "unlinked",
    *(f"problem {problem.name}" for problem in every_problem()),
]
LANGUAGES: Final = ["en", "ja", "th", "zh-Hant"]


def _request(language: str) -> Request:
    headers = [(b"accept-language", language.encode())]
    return Request({"type": "http", "headers": headers})


def _facts(name: str, shop: str, account: str) -> dict[str, object]:
    masked = () if name == "landing for nobody" else ("h•••@m•••.test",)
    landing = Landing(
        shop=shop,
        account=account,
        privacy_policy_url=None,
        masked=masked,
        login_url="https://line.test/login?a=1&b=2",
        url="https://links.test/link?t=the-ticket",
        browser_mark="mark",
    )
    kind, _, section = name.partition(" ")
    match kind:
        case "landing":
            policy = "https://shop.test/privacy"
            return {
                "landing": landing,
                "privacy_policy": policy if masked else None,
                "ticket": "the-ticket",
                "retry": section == "again",
                "scanned": False,
                "browser": "Safari" if section == "inside" else None,
            }
        case "confirm":
            login = ToConfirm(
                login="the-login", shop=shop, account=account, masked=masked
            )
            return {"visit": login}
        case "problem":
            return {
                "section": section,
                "way_back": "/link?t=the-ticket",
                "copied": "https://links.test/link?t=the-ticket",
            }
    progress = Progress(
        step=Step.DONE,
        shop=shop,
        account=account,
        add_friend_url="https://line.test/a",
        blocked=section == "blocked",
    )
    return {"progress": progress, "visitor": "the-visitor"}


def _html(
    name: str, language: str, shop: str = "Hana & Co", account: str = "Hana LINE"
) -> str:
    page = PAGES.page(
        _request(language), name.split(maxsplit=1)[0], **_facts(name, shop, account)
    )
    return bytes(page.body).decode()


class _Outline(HTMLParser):
    """Notes every element, and complains about an end that is not the last start."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def all(self, attribute: str) -> list[str]:
        """The values of an attribute, in the order of the page."""
        return [attrs[attribute] for _, attrs in self.elements if attribute in attrs]

    def tags(self, name: str) -> list[dict[str, str]]:
        """The attributes of the elements of one kind."""
        return [attrs for tag, attrs in self.elements if tag == name]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_whole(name: str, language: str) -> None:
    """Each page names its language, has a title and one heading, and no loose ends."""
    html = _html(name, language)
    outline, page = _Outline(html), parse(html)

    assert outline.tags("html") == [{"lang": language}]
    assert page.title
    assert len(outline.tags("h1")) == 1
    assert not re.search(r"[{}]|None|Undefined", page.text)
    ids = outline.all("id")
    assert len(ids) == len(set(ids))
    assert set(outline.all("aria-describedby")) <= set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_japanese_pages_are_japanese(name: str) -> None:
    """Nothing of English is left on a Japanese page but names, addresses and LINE."""
    text = parse(_html(name, "ja", shop="花", account="花")).text
    names = r"LINE|ID|QR|Safari|Chrome|•\S+"

    assert re.findall(r"[A-Za-z]{2,}", re.sub(names, "", text)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_stays_text(name: str, language: str) -> None:
    """Names of shop and account add no element and are shown as they are."""
    harmless = _Outline(_html(name, language))
    html = _html(name, language, shop=HOSTILE, account=HOSTILE)
    hostile = _Outline(html)

    assert [tag for tag, _ in hostile.elements] == [t for t, _ in harmless.elements]
    if name != "declined" and not name.startswith("problem"):
        assert HOSTILE in parse(html).text


@pytest.mark.parametrize("name", NAMES)
def test_a_page_loads_nothing_from_elsewhere(name: str) -> None:
    """All that a page loads by itself is inside it or under our own paths."""
    outline = _Outline(_html(name, "en"))
    loaded = [*outline.all("src"), *outline.all("srcset")]
    loaded += [attrs["href"] for attrs in outline.tags("link")]

    assert all(re.match(r"data:|/[^/]", url) for url in loaded)
    assert all(action.startswith("/link/") for action in outline.all("action"))


@pytest.mark.parametrize("name", NAMES)
def test_the_policy_lets_a_page_run_what_it_has(name: str) -> None:
    """Style and scripts carry this answer's nonce; nothing else would be allowed."""
    facts = _facts(name, "Hana", "Hana")
    answers = [
        PAGES.page(_request("en"), name.split(maxsplit=1)[0], **facts) for _ in range(2)
    ]
    policies = [answer.headers["content-security-policy"] for answer in answers]
    nonces = [re.findall(r"'nonce-([\w-]{22})'", policy) for policy in policies]
    outline = _Outline(bytes(answers[0].body).decode())
    attributes = {name for _, attrs in outline.elements for name in attrs}

    assert set(outline.all("nonce")) == set(nonces[0])
    assert nonces[0] != nonces[1]
    assert not any(name == "style" or name.startswith("on") for name in attributes)
    assert "unsafe" not in policies[0]


def test_the_landing_page_says_what_it_must() -> None:
    """Shop, masked address, undo, privacy policy, and LINE's words on a real link."""
    page = parse(_html("landing", "ja", shop="花コーヒー", account="花の公式"))

    assert page.link("log-in").text == "LINEでログイン"
    assert page.link("log-in").href == "https://line.test/login?a=1&b=2"
    assert page.link("privacy-policy").href == "https://shop.test/privacy"
    for said in ("花コーヒー", "花の公式", "h•••@m•••.test", "いつでも解除"):
        assert said in page.text


def test_a_link_without_a_usable_address_still_has_a_page() -> None:
    """With nothing to mask the page leaves that part out and keeps its button."""
    page = parse(_html("landing for nobody", "en"))

    assert page.has("log-in")
    assert "This link is for" not in page.text
    assert not page.has("privacy-policy")


def test_a_second_try_is_not_counted_as_an_opening() -> None:
    """The script that counts is on the first landing page only."""
    assert "/link/opened" in _html("landing", "en")
    assert "/link/opened" not in _html("landing again", "en")
