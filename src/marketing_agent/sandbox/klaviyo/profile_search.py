"""Finding profiles as filters do: by what is indexed, page by page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from marketing_agent.sandbox.klaviyo.pages import Bounds, Cut, Page, cut_page
from marketing_agent.sandbox.klaviyo.places import LAST_ID, PlaceIndex, instant_key
from marketing_agent.sandbox.klaviyo.profiles import IDENTIFIERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from marketing_agent.sandbox.klaviyo.filters import Condition
    from marketing_agent.sandbox.klaviyo.members import Members
    from marketing_agent.sandbox.klaviyo.places import Place
    from marketing_agent.sandbox.klaviyo.profile_store import ProfileStore
    from marketing_agent.sandbox.klaviyo.profiles import SandboxProfile

_NARROWING = ("id", "profile_id", "_kx", "push_token", *IDENTIFIERS)
_BELOW = ("less-than", "less-or-equal")
_JOINED = "joined_group_at"


class ProfileSearch:
    """Filters over a store; `id` and `_kx` are known at once, the rest as indexed."""

    def __init__(self, store: ProfileStore) -> None:
        self._store = store

    def page(self, conditions: Sequence[Condition], cut: Cut) -> Page[str]:
        """Cut a page of the ids of those for whom all conditions hold.

        Raises:
            Invalid: the cursor is none of ours or belongs to another sort.

        """
        named = self.named(conditions)
        field = cut.order.field
        if named is None:
            page = cut_page(
                self._store.in_order_of(field),
                cut,
                bounds=_bounds(conditions, field),
                wanted=lambda place: self.all_hold(conditions, place[1]),
            )
        else:
            page = cut_page(PlaceIndex(self._placed(named, field)), cut)
        return page.of(profile_id for _, profile_id in page.items)

    def members(
        self, members: Members, conditions: Sequence[Condition], cut: Cut
    ) -> Page[Place]:
        """Cut a page of a list's or segment's members, each with when it joined.

        Raises:
            Invalid: the cursor is none of ours or belongs to another sort.

        """
        joining = [c for c in conditions if c.field == _JOINED]
        others = [c for c in conditions if c.field != _JOINED]
        named = self.named(others)
        places = members if named is None else PlaceIndex(_joined(named, members))
        return cut_page(
            places,
            cut,
            bounds=_bounds(joining, _JOINED),
            wanted=lambda place: _joined_then(place, joining),
        )

    def named(self, conditions: Sequence[Condition]) -> set[str] | None:
        """Give those whom the conditions name and hold for; none if they name nobody.

        With an empty set they name somebody who is not to be found.
        """
        for condition in conditions:
            if condition.field in _NARROWING:
                some = self._who(condition)
                return {each for each in some if self.all_hold(conditions, each)}
        return None

    def all_hold(self, conditions: Iterable[Condition], profile_id: str) -> bool:
        """Whether the profile satisfies every condition."""
        return all(self._holds(condition, profile_id) for condition in conditions)

    def _who(self, condition: Condition) -> set[str]:
        values = [str(value) for value in condition.values]
        match condition.field:
            case "id" | "profile_id":
                return {value for value in values if value in self._store}
            case "_kx":
                owners = (self._store.owner("_kx", value) for value in values)
                return {owner for owner in owners if owner}
            case "push_token":
                return set()
            case name:
                return self._store.seen_holders(name, values)

    def _holds(self, condition: Condition, profile_id: str) -> bool:
        match condition.field:
            case "id" | "profile_id":
                return condition.holds(profile_id)
            case "_kx":
                return self._store.owner("_kx", str(condition.values[0])) == profile_id
            case field:
                seen = self._store.seen(profile_id)
                return condition.holds(_compared(seen, field)) if seen else False

    def _placed(self, ids: Iterable[str], field: str) -> list[Place]:
        return [self._store.get(profile_id).place(field) for profile_id in ids]


def _bounds(conditions: Sequence[Condition], field: str) -> Bounds:
    """Tell where a walk in this order may begin and end; it may still be too wide.

    What is indexed trails the truth that the order follows, so that `updated` in the
    index may be earlier, never later: a lower bound is safe, an upper one is not.
    """
    low, high = None, None
    for condition in conditions:
        if condition.field == field and condition.operator.startswith("greater"):
            low = (_instant(condition), "")
        if condition.field == field != "updated" and condition.operator in _BELOW:
            high = (_instant(condition), LAST_ID)
    return Bounds(low=low, high=high)


def _joined(ids: Iterable[str], members: Members) -> Iterator[Place]:
    for profile_id in ids:
        joined = members.joined(profile_id)
        if joined:
            yield joined, profile_id


def _joined_then(place: Place, conditions: Sequence[Condition]) -> bool:
    if not conditions:
        return True
    at = datetime.fromisoformat(place[0])
    return all(condition.holds(at) for condition in conditions)


def _instant(condition: Condition) -> str:
    instant: Any = condition.values[0]
    at: datetime = instant
    return instant_key(at)


def _compared(profile: SandboxProfile, field: str) -> str | datetime | None:
    suppression = profile.suppression
    match field.removeprefix("subscriptions.email.marketing."):
        case "suppression.reason":
            return suppression.reason if suppression else None
        case "suppression.timestamp":
            return suppression.at if suppression else None
        case list_suppression if list_suppression.startswith("list_suppressions."):
            return None
        case name:
            value: str | datetime | None = getattr(profile, name)
            return value
