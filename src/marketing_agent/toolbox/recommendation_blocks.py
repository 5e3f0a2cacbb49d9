"""A recommendation as a typed result. Names from Klaviyo are data, without contacts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from marketing_agent.core.facts import Method
from marketing_agent.services.klaviyo_forms import shown_name
from marketing_agent.services.method_facts import Unread
from marketing_agent.services.recommending import Because, Fit
from marketing_agent.toolbox.registry import Block

if TYPE_CHECKING:
    from marketing_agent.services.method_facts import MethodFacts
    from marketing_agent.services.recommending import Advice, Recommendation

_MOST_NAMES: Final = 10


class MethodAdvice(Block):
    """One method: whether it fits, the fact that it rests on, and whom it reaches."""

    method: Method
    fit: Fit
    because: Because
    is_set_up: bool
    reach: int | None
    """Customers; None is not counted yet."""
    counted_at: datetime | None


class LiveForm(Block):
    """A form that is live in Klaviyo."""

    form_id: str
    name: str


class IdSource(Block):
    """A segment's property with what looks like LINE User IDs in a sample."""

    segment_id: str
    segment_name: str
    property: str
    looked_at: int
    line_user_ids: int


class MethodRecommendation(Block):
    """The methods in the order to set them up, with the facts that were read."""

    friends: int
    linked: int
    untried: int
    """Unlinked friends whom nothing has tried to link."""
    methods: list[MethodAdvice]
    forms: list[LiveForm]
    live_forms: int | None
    """All of them; None where Klaviyo could not be read."""
    sources: list[IdSource]
    segments_sampled: int | None
    """None where Klaviyo could not be read."""
    unread: str | None
    """Why something could not be read now."""


def drawn(found: Recommendation) -> MethodRecommendation:
    """A recommendation as screens draw it."""
    facts = found.facts
    forms = () if isinstance(facts.forms, Unread) else facts.forms
    return MethodRecommendation(
        friends=facts.counts.coverage.friends,
        linked=facts.counts.coverage.linked,
        untried=facts.counts.untried,
        methods=[_advice(each) for each in found.advice],
        forms=[
            LiveForm(form_id=each.id, name=shown_name(each.name))
            for each in forms[:_MOST_NAMES]
        ],
        live_forms=None if isinstance(facts.forms, Unread) else len(forms),
        sources=_sources(facts),
        segments_sampled=None
        if isinstance(facts.stored_ids, Unread)
        else facts.stored_ids.sampled,
        unread=_unread(facts),
    )


def _advice(advice: Advice) -> MethodAdvice:
    return MethodAdvice(
        method=advice.method,
        fit=advice.fit,
        because=advice.because,
        is_set_up=advice.is_set_up,
        reach=advice.reach,
        counted_at=advice.counted_at,
    )


def _sources(facts: MethodFacts) -> list[IdSource]:
    if isinstance(facts.stored_ids, Unread):
        return []
    return [
        IdSource(
            segment_id=each.segment_id,
            segment_name=shown_name(each.segment_name),
            property=shown_name(each.property),
            looked_at=each.looked_at,
            line_user_ids=each.line_user_ids,
        )
        for each in facts.stored_ids.sources[:_MOST_NAMES]
    ]


def _unread(facts: MethodFacts) -> str | None:
    for each in (facts.forms, facts.stored_ids):
        if isinstance(each, Unread):
            return each.why
    return None
