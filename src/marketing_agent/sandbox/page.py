"""What a phone shows after a tap: text, links, forms, images of one HTML page."""

from __future__ import annotations

from dataclasses import dataclass, field


class PhoneError(Exception):
    """The page has nothing like what the person wanted to tap."""


@dataclass(slots=True, kw_only=True)
class Link:
    """Something to tap that leads elsewhere."""

    href: str
    text: str = ""
    testid: str = ""


@dataclass(slots=True, kw_only=True)
class Button:
    """Something to tap that sends its form."""

    text: str = ""
    name: str = ""
    value: str = ""
    testid: str = ""
    action: str = ""


@dataclass(slots=True, kw_only=True)
class Field:
    """An input. `sent` is whether it goes with the form as the page stands."""

    name: str
    value: str = ""
    kind: str = "text"
    sent: bool = True


@dataclass(slots=True, kw_only=True)
class Form:
    """A form with its inputs and buttons."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)

    def values(self, **changed: str | bool | None) -> list[tuple[str, str]]:
        """What the form sends: texts by name, True or False for a check mark."""
        unknown = changed.keys() - {each.name for each in self.fields}
        if unknown:
            raise PhoneError(f"the form has no field {', '.join(sorted(unknown))}")
        sent = []
        for each in self.fields:
            change = changed.get(each.name, each.sent)
            if isinstance(change, str):
                sent.append((each.name, change))
            elif change:
                sent.append((each.name, each.value))
        return sent


@dataclass(slots=True, kw_only=True)
class Image:
    """A picture on the page."""

    src: str
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A redirect on the way to a page."""

    url: str
    status: int


@dataclass(slots=True, kw_only=True)
class Page:
    """A page that was opened. `hops` are the redirects before it, oldest first."""

    url: str = ""
    status: int = 0
    hops: tuple[Hop, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    title: str = ""
    text: str = ""
    links: list[Link] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    testids: set[str] = field(default_factory=set)

    def link(self, wanted: str) -> Link:
        """The link with this test id, text part or href part; raises PhoneError."""
        for link in self.links:
            if wanted == link.testid or wanted in link.text or wanted in link.href:
                return link
        shown = ", ".join(repr(link.text) for link in self.links)
        raise PhoneError(f"no link {wanted!r} on {self.url}; there are: {shown}")

    def button(self, wanted: str) -> tuple[Form, Button]:
        """The button with this test id, value or text part, and its form."""
        pairs = [(form, button) for form in self.forms for button in form.buttons]
        for form, button in pairs:
            if wanted in (button.testid, button.value) or wanted in button.text:
                return form, button
        shown = ", ".join(repr(button.text) for _, button in pairs)
        raise PhoneError(f"no button {wanted!r} on {self.url}; there are: {shown}")

    def has(self, testid: str) -> bool:
        """Whether an element with this `data-testid` is on the page."""
        return testid in self.testids
