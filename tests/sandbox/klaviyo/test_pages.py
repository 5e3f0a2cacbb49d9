from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.sandbox.klaviyo.pages import Cut, Order, page_of
from marketing_agent.sandbox.klaviyo.refusals import Invalid

if TYPE_CHECKING:
    from marketing_agent.sandbox.klaviyo.pages import Page
    from marketing_agent.sandbox.klaviyo.places import Place

PLACES = st.sets(
    st.tuples(st.sampled_from("abc"), st.text("0123456789", min_size=1, max_size=3))
)
ORDERS = st.sampled_from([Order(name="email"), Order(name="-email")])
SIZES = st.integers(1, 12)


def page(
    items: set[Place], order: Order, size: int, cursor: str | None = None
) -> Page[Place]:
    """Cut a page of places."""
    cut = Cut(order=order, size=size, cursor=cursor)
    return page_of(items, place=lambda i: i, cut=cut)


@given(PLACES, ORDERS, SIZES)
def test_every_item_is_visited_once_in_order(
    items: set[Place], order: Order, size: int
) -> None:
    """Following `next` from the first page shows the sorted collection, once."""
    seen: list[Place] = []
    now = page(items, order, size)
    while True:
        seen += now.items
        if now.next is None:
            break
        now = page(items, order, size, now.next)

    assert sorted(items, reverse=order.descending) == seen


@given(PLACES, PLACES, ORDERS, SIZES)
def test_a_collection_that_changes_loses_and_repeats_nothing_else(
    items: set[Place], added: set[Place], order: Order, size: int
) -> None:
    """Items that stay are visited once even if others come in between two pages."""
    first = page(items, order, size)
    seen = list(first.items)
    cursor = first.next
    while cursor:
        now = page(items | added, order, size, cursor)
        seen += now.items
        cursor = now.next

    assert len(seen) == len(set(seen))
    assert items <= set(seen)


@given(PLACES, ORDERS, SIZES)
def test_prev_leads_back(items: set[Place], order: Order, size: int) -> None:
    """The page before the second page is the first page."""
    first = page(items, order, size)
    if first.next:
        second = page(items, order, size, first.next)

        assert first.previous is None
        assert first.items == page(items, order, size, second.previous).items


def test_foreign_cursors_are_refused() -> None:
    """A cursor that is garbage, or of another sort, is a 400 on the parameter."""
    items = {("a", "1"), ("a", "2")}
    other = page(items, Order(name="-email"), 1).next

    for cursor in ("garbage", "Z2FyYmFnZQ==", "", other):
        with pytest.raises(Invalid):
            page(items, Order(name="email"), 1, cursor)
