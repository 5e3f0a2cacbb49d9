"""From a symptom to findings: gather what its checks need, then let them conclude."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from marketing_agent.core.diagnosis.evidence import Evidence
from marketing_agent.core.diagnosis.findings import worst_first
from marketing_agent.core.diagnosis.symptoms import Symptom, findings_of
from marketing_agent.core.errors import NotFound
from marketing_agent.services.diagnosis.forms import forms_seen
from marketing_agent.services.diagnosis.imported import import_seen
from marketing_agent.services.diagnosis.klaviyo import klaviyo_seen, unwritten_seen
from marketing_agent.services.diagnosis.line import line_seen
from marketing_agent.services.diagnosis.people import friend_seen, profile_seen
from marketing_agent.services.diagnosis.shop import (
    attempts_seen,
    qr_links_seen,
    shop_seen,
)
from marketing_agent.services.ground import Ground
from marketing_agent.storage import form_linkages, friends, qr_links

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.core.diagnosis.findings import Finding
    from marketing_agent.core.facts import FormId
    from marketing_agent.core.signals import LineUserId, ProfileId


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is wrong, and what about, as far as the merchant can say."""

    symptom: Symptom
    slug: str | None = None
    """The custom QR code."""
    form_id: FormId | None = None
    line_user: LineUserId | None = None
    profile: ProfileId | None = None


async def look_into(
    ground: Ground, merchant_id: int, complaint: Complaint
) -> list[Finding]:
    """Live findings, worst first.

    Raises NotFound for a merchant, QR code, form linkage or friend that is not there.
    """
    await _refuse_unknown(ground, merchant_id, complaint)
    evidence = await gather(ground, merchant_id, complaint)
    return worst_first(findings_of(complaint.symptom, evidence))


async def gather(ground: Ground, merchant_id: int, about: Complaint) -> Evidence:
    """Ask everything that the symptom's checks look at, all at once."""
    try:
        async with asyncio.TaskGroup() as tasks:
            asked = {
                part: tasks.create_task(_asked(part, ground, merchant_id, about))
                for part in _needed(about)
            }
    except ExceptionGroup as several:
        raise several.exceptions[0] from several
    found: dict[str, Any] = {part: task.result() for part, task in asked.items()}
    return Evidence(**found)


_Ask: TypeAlias = Callable[[Ground, int, Any], Awaitable[object]]

_PARTS: Final[Mapping[str, _Ask]] = {
    "shop": lambda ground, merchant, _: shop_seen(ground, merchant),
    "klaviyo": lambda ground, merchant, about: klaviyo_seen(
        ground, merchant, with_scopes=about.symptom is not Symptom.NO_LINK_BUTTON
    ),
    "unwritten": lambda ground, merchant, _: unwritten_seen(ground, merchant),
    "line": lambda ground, merchant, _: line_seen(ground, merchant),
    "imported": lambda ground, merchant, _: import_seen(ground, merchant),
    "attempts": lambda ground, merchant, _: attempts_seen(ground, merchant),
    "qr_links": lambda ground, merchant, about: qr_links_seen(
        ground, merchant, about.slug
    ),
    "forms": lambda ground, merchant, about: forms_seen(
        ground, merchant, about.form_id
    ),
    "friend": lambda ground, merchant, about: friend_seen(
        ground, merchant, about.line_user
    ),
    "profile": lambda ground, merchant, about: profile_seen(
        ground, merchant, about.profile
    ),
}
"""Each part of the evidence, by its name there."""

_ALWAYS: Final[Mapping[Symptom, frozenset[str]]] = {
    Symptom.NOT_LINKED: frozenset(("shop", "klaviyo", "unwritten", "line")),
    Symptom.NO_LINKING_URL: frozenset(("shop", "qr_links")),
    Symptom.NO_LINK_BUTTON: frozenset(("shop", "klaviyo", "forms")),
    Symptom.SETUP: frozenset(("shop", "klaviyo", "unwritten", "line", "imported")),
}
_OF_EVERYBODY: Final = frozenset(("imported", "attempts", "qr_links", "forms"))


async def _asked(
    part: str, ground: Ground, merchant_id: int, about: Complaint
) -> object:
    return await _PARTS[part](ground, merchant_id, about)


def _needed(about: Complaint) -> frozenset[str]:
    """Who asks about one friend does not wait for the landing pages."""
    parts = _ALWAYS[about.symptom]
    if about.symptom is not Symptom.NOT_LINKED:
        return parts
    named = {
        "qr_links": about.slug,
        "forms": about.form_id,
        "friend": about.line_user,
        "profile": about.profile,
    }
    return parts | (
        frozenset(part for part, name in named.items() if name) or _OF_EVERYBODY
    )


async def _refuse_unknown(ground: Ground, merchant_id: int, about: Complaint) -> None:
    async with ground.database.transaction() as tx:
        if about.slug and await qr_links.find(tx, merchant_id, about.slug) is None:
            raise NotFound(noun="custom QR code", name=about.slug[:40])
        form_id = about.form_id
        if form_id and await form_linkages.of_form(tx, merchant_id, form_id) is None:
            raise NotFound(noun="form linkage", name=form_id[:40])
        who = about.line_user
        if who and await friends.find(tx, merchant_id, who) is None:
            raise NotFound(noun="friend", name=who)
