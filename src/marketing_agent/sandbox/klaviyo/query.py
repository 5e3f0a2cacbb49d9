"""Query parameters of a collection, read as strictly as Klaviyo reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, urlencode

from marketing_agent.sandbox.klaviyo.pages import Cut, Order, Page
from marketing_agent.sandbox.klaviyo.refusals import Invalid, NotEmulated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Item = TypeVar("Item")


class Query:
    """The parameters of one request.

    Raises:
        Invalid: a parameter that the operation does not have.
        NotEmulated: one that it has at Klaviyo only.

    """

    def __init__(
        self,
        parameters: Mapping[str, str],
        *,
        known: Iterable[str],
        not_emulated: Iterable[str] = (),
    ) -> None:
        self._parameters = dict(parameters)
        for name in parameters:
            if name in not_emulated:
                raise NotEmulated(f"The parameter {name}.", parameter=name)
            if name not in known:
                raise Invalid(f"'{name}' is not a valid parameter.", parameter=name)

    def text(self, name: str) -> str | None:
        """Give the parameter as it came."""
        return self._parameters.get(name)

    def fields(self, resource: str, known: Iterable[str]) -> frozenset[str] | None:
        """Read `fields[resource]`, the sparse field set; none if all are wanted."""
        name = f"fields[{resource}]"
        return self.listed(name, known) if name in self._parameters else None

    def listed(
        self, name: str, known: Iterable[str], not_emulated: Iterable[str] = ()
    ) -> frozenset[str]:
        """Read a list of names, such as `include`; absent, it is empty."""
        text = self._parameters.get(name, "")
        listed = frozenset(part for part in text.split(",") if part)
        if missing := listed.intersection(not_emulated):
            raise NotEmulated(f"{name}={min(missing)}", parameter=name)
        if strangers := listed.difference(known):
            raise Invalid(f"'{min(strangers)}' is not a valid value.", parameter=name)
        return listed

    def cut(
        self, sorts: Iterable[str], *, default: str, size: int, maximum: int
    ) -> Cut:
        """Read which page is wanted: `sort`, `page[size]` and `page[cursor]`."""
        return Cut(
            order=self.order(sorts, default),
            size=self.page_size(size, maximum),
            cursor=self.text("page[cursor]"),
        )

    def order(self, known: Iterable[str], default: str) -> Order:
        """Read `sort`, the order, with a leading `-` for descending."""
        name = self._parameters.get("sort", default)
        if name.removeprefix("-") not in known:
            raise Invalid(f"Cannot sort by '{name}'.", parameter="sort")
        return Order(name=name)

    def page_size(self, default: int, maximum: int) -> int:
        """Read `page[size]`."""
        text = self._parameters.get("page[size]", str(default))
        if not text.isdecimal() or not 1 <= int(text) <= maximum:
            raise Invalid(
                f"Page size must be an integer between 1 and {maximum}.",
                parameter="page[size]",
            )
        return int(text)

    def links(self, url: str, page: Page[Item]) -> dict[str, str | None]:
        """Make the links to this page and its neighbours, to be followed as given."""
        return {
            "self": self._link(url, self._parameters.get("page[cursor]")),
            "next": page.next and self._link(url, page.next),
            "prev": page.previous and self._link(url, page.previous),
        }

    def _link(self, url: str, cursor: str | None) -> str:
        others = {k: v for k, v in self._parameters.items() if k != "page[cursor]"}
        parameters = {**others, "page[cursor]": cursor} if cursor else others
        return f"{url}?{urlencode(parameters, quote_via=quote)}" if parameters else url
