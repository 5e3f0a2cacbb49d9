"""The way to a link, per method and setting: opened, logged in, friend, linked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from marketing_agent.core.facts import Method
from marketing_agent.storage import funnel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.funnel import Opened, Steps

_WITH_LOGIN: Final = frozenset((Method.QR_LINK, Method.FORM_LINKAGE))


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelLine:
    """How far one setting of a method brought how many LINE users."""

    method: Method
    setting: str | None
    name: str | None
    """What the merchant calls the setting; of imports and auto-link None."""
    opened: int | None
    """Openings, not people: nobody has logged in yet. None where there is no page."""
    logged_in: int | None
    """None where nobody has to."""
    friends: int
    linked: int


async def steps_of_qr_links(ground: Ground, merchant_id: int) -> dict[str, Steps]:
    """How far each custom QR code that somebody used brought people, by its slug."""
    async with ground.database.transaction() as tx:
        steps = await funnel.steps(tx, merchant_id)
    return {
        each.setting: each
        for each in steps
        if each.method is Method.QR_LINK and each.setting is not None
    }


def funnel_of(
    steps: Sequence[Steps], opened: Mapping[tuple[Method, str], Opened]
) -> tuple[FunnelLine, ...]:
    """A line for each setting that somebody used or opened."""
    lines = [
        _line(each, opened.get((each.method, each.setting or ""))) for each in steps
    ]
    used = {(line.method, line.setting) for line in lines}
    names = {(line.method, line.name) for line in lines}
    lines += [
        _only_opened(method, setting, page)
        for (method, setting), page in opened.items()
        if page.opened
        and (method, setting) not in used
        and (method, page.name) not in names
    ]
    return tuple(lines)


def _line(steps: Steps, page: Opened | None) -> FunnelLine:
    return FunnelLine(
        method=steps.method,
        setting=steps.setting,
        name=None if page is None else page.name,
        opened=None if page is None else page.opened,
        logged_in=steps.tried if steps.method in _WITH_LOGIN else None,
        friends=steps.friends,
        linked=steps.linked,
    )


def _only_opened(method: Method, setting: str, page: Opened) -> FunnelLine:
    return FunnelLine(
        method=method,
        setting=setting,
        name=page.name,
        opened=page.opened,
        logged_in=0,
        friends=0,
        linked=0,
    )
