"""Which of the methods fit a merchant, and the fact that speaks for or against each.

A recommendation is made from facts that were read now and from what the merchant told
about their shop; nothing is guessed, and what nobody knows is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from marketing_agent.core.facts import Method
from marketing_agent.services.method_facts import MethodFacts, Unread, method_facts

if TYPE_CHECKING:
    from datetime import datetime

    from marketing_agent.services.ground import Ground


class Fit(StrEnum):
    """Whether a method fits."""

    YES = "yes"
    NO = "no"
    ASK = "ask"
    """No fact settles it: ask the merchant."""


class Because(StrEnum):
    """The fact that a method's fit rests on."""

    SENDS_EMAILS = "sends_emails"
    SENDS_NO_EMAILS = "sends_no_emails"
    EMAILS_UNKNOWN = "emails_unknown"
    LIVE_FORMS = "live_forms"
    TOLD_FORM = "told_form"
    TOLD_NO_FORM = "told_no_form"
    NO_LIVE_FORM = "no_live_form"
    FORMS_UNREAD = "forms_unread"
    IDS_SEEN = "ids_seen"
    TOLD_IDS = "told_ids"
    TOLD_NO_IDS = "told_no_ids"
    NO_IDS_SEEN = "no_ids_seen"
    IDS_UNREAD = "ids_unread"
    ALWAYS_ON = "always_on"
    SWITCHED_OFF = "switched_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """How the shop works, as the merchant told it; None is not known."""

    sends_emails: bool | None = None
    has_form: bool | None = None
    stored_ids: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One method: whether it fits, why, and whom it could reach."""

    method: Method
    fit: Fit
    because: Because
    is_set_up: bool
    reach: int | None = None
    """Customers that it could reach; None is not counted yet."""
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """The four methods, in the order to set them up, with the facts they rest on."""

    facts: MethodFacts
    advice: tuple[Advice, ...]


async def recommend(
    ground: Ground, merchant_id: int, told: Operations
) -> Recommendation:
    """Read the facts, and weigh them with what was told."""
    facts = await method_facts(ground, merchant_id)
    return Recommendation(facts=facts, advice=advised(facts, told))


def advised(facts: MethodFacts, told: Operations) -> tuple[Advice, ...]:
    """The advice on each method: what asks nothing of customers comes first."""
    return (
        _auto_link(facts),
        _import(facts, told.stored_ids),
        _form_linkage(facts, told.has_form),
        _qr_link(facts, told.sends_emails),
    )


def _auto_link(facts: MethodFacts) -> Advice:
    on = Method.AUTO_LINK in facts.counts.set_up
    return Advice(
        method=Method.AUTO_LINK,
        fit=Fit.YES,
        because=Because.ALWAYS_ON if on else Because.SWITCHED_OFF,
        is_set_up=on,
        reach=facts.counts.with_signals,
        counted_at=facts.at,
    )


def _import(facts: MethodFacts, told: bool | None) -> Advice:  # noqa: FBT001
    fit, because = _fit_of_import(facts, told)
    stored = facts.stored_ids
    best = None if isinstance(stored, Unread) else next(iter(stored.sources), None)
    counted, at = (best.profiles, facts.at) if best else (None, None)
    if counted is None:
        counted, at = facts.counts.scanned, facts.counts.scanned_at
    return Advice(
        method=Method.IMPORT,
        fit=fit,
        because=because,
        is_set_up=Method.IMPORT in facts.counts.set_up,
        reach=counted,
        counted_at=at if counted is not None else None,
    )


def _fit_of_import(
    facts: MethodFacts,
    told: bool | None,  # noqa: FBT001
) -> tuple[Fit, Because]:
    stored = facts.stored_ids
    if told is False:
        return Fit.NO, Because.TOLD_NO_IDS
    if not isinstance(stored, Unread) and stored.sources:
        return Fit.YES, Because.IDS_SEEN
    if told:
        return Fit.YES, Because.TOLD_IDS
    if isinstance(stored, Unread):
        return Fit.ASK, Because.IDS_UNREAD
    looked_at_all = stored.sampled == stored.segments
    return Fit.NO if looked_at_all else Fit.ASK, Because.NO_IDS_SEEN


def _form_linkage(facts: MethodFacts, told: bool | None) -> Advice:  # noqa: FBT001
    fit, because = _fit_of_form(facts, told)
    return Advice(
        method=Method.FORM_LINKAGE,
        fit=fit,
        because=because,
        is_set_up=Method.FORM_LINKAGE in facts.counts.set_up,
    )


def _fit_of_form(facts: MethodFacts, told: bool | None) -> tuple[Fit, Because]:  # noqa: FBT001
    if told is False:
        return Fit.NO, Because.TOLD_NO_FORM
    if isinstance(facts.forms, Unread):
        fit = Fit.YES if told else Fit.ASK
        return fit, Because.TOLD_FORM if told else Because.FORMS_UNREAD
    if not facts.forms:
        return Fit.NO, Because.NO_LIVE_FORM
    return Fit.YES, Because.LIVE_FORMS


def _qr_link(facts: MethodFacts, told: bool | None) -> Advice:  # noqa: FBT001
    fit, because = {
        True: (Fit.YES, Because.SENDS_EMAILS),
        False: (Fit.NO, Because.SENDS_NO_EMAILS),
        None: (Fit.ASK, Because.EMAILS_UNKNOWN),
    }[told]
    return Advice(
        method=Method.QR_LINK,
        fit=fit,
        because=because,
        is_set_up=Method.QR_LINK in facts.counts.set_up,
    )
