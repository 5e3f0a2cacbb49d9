"""HTML to `Page`: what a person would see and could tap, in the order of the page."""

from __future__ import annotations

from html.parser import HTMLParser

from marketing_agent.sandbox.page import Button, Field, Form, Image, Link, Page

_UNSEEN = frozenset({"script", "style", "template", "title"})
_CHECKED = frozenset({"checkbox", "radio"})
_INLINE = frozenset({"b", "strong", "i", "em", "u", "mark", "code", "small", "sup"})


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
