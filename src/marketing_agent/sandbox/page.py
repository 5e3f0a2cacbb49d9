"""What a phone shows after a tap: text, links, forms, images of one HTML page."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_UNSEEN = frozenset({"script", "style", "template", "title"})
_CHECKED = frozenset({"checkbox", "radio"})
_INLINE = frozenset({"b", "strong", "i", "em", "u", "mark", "code", "small", "sup"})


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


def parse(html: str) -> Page:
    """Read a page's HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.page.text = _squeezed(reader.texts)
    return reader.page


class _Reader(HTMLParser):
    """Collects what a person would see, in the order of the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.texts: list[str] = []
        self._unseen: list[str] = []
        self._link: Link | None = None
        self._button: Button | None = None
        self._form: Form | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._space_around(tag)
        if testid := given.get("data-testid"):
            self.page.testids.add(testid)
        if tag in _UNSEEN:
            self._unseen.append(tag)
        opened = getattr(self, f"_open_{tag}", None)
        if opened is not None:
            opened(given)

    def handle_endtag(self, tag: str) -> None:
        self._space_around(tag)
        if self._unseen and self._unseen[-1] == tag:
            self._unseen.pop()
        match tag:
            case "a":
                self._link = None
            case "button":
                self._button = None
            case "form":
                self._form = None

    def handle_data(self, data: str) -> None:
        if self._unseen:
            if self._unseen[-1] == "title":
                self.page.title = _squeezed([self.page.title, data])
            return
        self.texts.append(data)
        for holder in (self._link, self._button):
            if holder is not None:
                holder.text = _squeezed([holder.text, " ", data])

    def _space_around(self, tag: str) -> None:
        if tag not in _INLINE:
            self.texts.append(" ")

    def _open_a(self, given: dict[str, str]) -> None:
        if "href" in given:
            testid = given.get("data-testid", "")
            self._link = Link(href=given["href"], testid=testid)
            self.page.links.append(self._link)

    def _open_img(self, given: dict[str, str]) -> None:
        image = Image(src=given.get("src", ""), alt=given.get("alt", ""))
        self.page.images.append(image)
        if self._link is not None and not self._link.text:
            self._link.text = image.alt

    def _open_form(self, given: dict[str, str]) -> None:
        method = given.get("method", "get").lower()
        self._form = Form(action=given.get("action", ""), method=method)
        self.page.forms.append(self._form)

    def _open_button(self, given: dict[str, str]) -> None:
        self._button = Button(
            name=given.get("name", ""),
            value=given.get("value", ""),
            testid=given.get("data-testid", ""),
            action=given.get("formaction", ""),
        )
        if self._form is not None and given.get("type", "submit") == "submit":
            self._form.buttons.append(self._button)

    def _open_input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text").lower()
        if kind == "submit":
            self._open_button(given)
            if self._button is not None:
                self._button.text = given.get("value", "")
            self._button = None
        elif self._form is not None and given.get("name"):
            checkable = kind in _CHECKED
            self._form.fields.append(
                Field(
                    name=given["name"],
                    value=given.get("value", "on" if checkable else ""),
                    kind=kind,
                    sent=not checkable or "checked" in given,
                )
            )

    def _open_textarea(self, given: dict[str, str]) -> None:
        self._open_input({**given, "type": "text"})

    def _open_select(self, given: dict[str, str]) -> None:
        self._select = given.get("name")

    def _open_option(self, given: dict[str, str]) -> None:
        if self._form is not None and self._select:
            self._form.fields.append(
                Field(
                    name=self._select,
                    value=given.get("value", ""),
                    kind="option",
                    sent="selected" in given,
                )
            )


def _squeezed(parts: list[str]) -> str:
    return " ".join("".join(parts).split())
