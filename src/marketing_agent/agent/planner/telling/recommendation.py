"""A recommendation: each method with what speaks for it and whom it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.telling.told import Told, block_of
from marketing_agent.agent.planner.texts import capped
from marketing_agent.core.facts import Method
from marketing_agent.services.recommending import Because, Fit
from marketing_agent.toolbox.recommendation_blocks import MethodRecommendation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn
    from marketing_agent.toolbox.recommendation_blocks import MethodAdvice

_MOST_NAMES: Final = 3
_CHANNEL_OF: Final = {
    Method.QR_LINK: "email",
    Method.FORM_LINKAGE: "form",
    Method.IMPORT: "ids",
}
_TOLD: Final = {
    (Method.QR_LINK, "yes"): Because.SENDS_EMAILS,
    (Method.QR_LINK, "no"): Because.SENDS_NO_EMAILS,
    (Method.FORM_LINKAGE, "yes"): Because.TOLD_FORM,
    (Method.FORM_LINKAGE, "no"): Because.TOLD_NO_FORM,
    (Method.IMPORT, "yes"): Because.TOLD_IDS,
    (Method.IMPORT, "no"): Because.TOLD_NO_IDS,
}
"""The fact that an answer is, where Klaviyo told none."""
_OF_KLAVIYO: Final = frozenset(
    {
        Because.LIVE_FORMS,
        Because.NO_LIVE_FORM,
        Because.IDS_SEEN,
        Because.NO_IDS_SEEN,
    }
)


def recommended(turn: Turn, came: Came) -> Told:
    """The counts and every method, when nobody is asked anything more."""
    block = block_of(MethodRecommendation, came)
    text = f"{counts(turn, block)}\n\n{combination(turn, block, {})}"
    return Told(text=text, quick=turn.quick("setup", "query_linkage_status"))


def counts(turn: Turn, block: MethodRecommendation) -> str:
    """How many are linked, and how many nothing has asked yet."""
    if not block.friends:
        return turn.say("linkage.nobody")
    said = turn.say("linkage.counts", linked=block.linked, friends=block.friends)
    if not block.untried:
        return said
    return f"{said} {turn.say('recommend.untried', count=block.untried)}"


def combination(
    turn: Turn, block: MethodRecommendation, told: Mapping[str, str]
) -> str:
    """What fits, what does not and why, by the facts and what was told since."""
    weighed = [(each, *_weighed(each, told)) for each in block.methods]
    for_it = [_line(turn, block, e, why) for e, fit, why in weighed if fit is Fit.YES]
    open_ = [_line(turn, block, e, why) for e, fit, why in weighed if fit is Fit.ASK]
    against = [_why(turn, block, why) for _, fit, why in weighed if fit is Fit.NO]
    ours = [e for e, fit, _ in weighed if fit is Fit.YES and e.method in _CHANNEL_OF]
    lines = [turn.say("recommend.these" if ours else "recommend.only_auto_link")]
    lines += for_it
    lines += [turn.say("recommend.if"), *open_] if open_ else []
    lines += [turn.say("recommend.not_now", why=" ".join(against))] if against else []
    if block.unread is not None:
        lines.append(
            turn.say("recommend.unread", why=capped(turn.own(block.unread)).rstrip("."))
        )
    return "\n".join(lines)


def _weighed(advice: MethodAdvice, told: Mapping[str, str]) -> tuple[Fit, Because]:
    """With what the merchant told after the facts were read."""
    answer = told.get(_CHANNEL_OF.get(advice.method, ""))
    if answer not in {"yes", "no"}:
        return advice.fit, advice.because
    fit = Fit(answer)
    if fit is advice.fit and advice.because in _OF_KLAVIYO:
        return fit, advice.because
    return fit, _TOLD.get((advice.method, answer), advice.because)


def _line(
    turn: Turn, block: MethodRecommendation, advice: MethodAdvice, because: Because
) -> str:
    facts = {
        "method": turn.say(f"recommend.name_{advice.method.value}"),
        "why": _why(turn, block, because),
        "reach": _reach(turn, advice),
    }
    key = "recommend.line_set_up" if advice.is_set_up else "recommend.line"
    return turn.say(key, **facts)


def _why(turn: Turn, block: MethodRecommendation, because: Because) -> str:
    source = block.sources[0] if block.sources else None
    names = [turn.say("recommend.named", name=e.name) for e in block.forms]
    return turn.say(
        f"recommend.{because.value}",
        untried=block.untried,
        count=block.live_forms or 0,
        forms=turn.listed(names[:_MOST_NAMES]),
        segment=capped(source.segment_name) if source else "",
        property=capped(source.property) if source else "",
        ids=source.line_user_ids if source else 0,
        looked=source.looked_at if source else 0,
        sampled=block.segments_sampled or 0,
    )


def _reach(turn: Turn, advice: MethodAdvice) -> str:
    if advice.method is Method.AUTO_LINK and advice.reach is not None:
        return turn.say("recommend.reach_friends", count=advice.reach)
    if advice.reach is None or advice.counted_at is None:
        return turn.say("recommend.not_counted")
    day = f"{advice.counted_at:%Y-%m-%d}"
    return turn.say("recommend.reach", count=advice.reach, day=day)
