"""The tool that recommends methods, each with the fact that speaks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.services.recommending import (
    Because,
    Fit,
    Operations,
    recommend,
)
from marketing_agent.toolbox.recommendation_blocks import MethodRecommendation, drawn
from marketing_agent.toolbox.registry import Arguments, ReadTool, ToolResult

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.ground import Ground
    from marketing_agent.toolbox.recommendation_blocks import MethodAdvice


class RecommendMethods(Arguments):
    """How the shop works, as far as the merchant told; leave out what is not known."""

    sends_emails: bool | None = None
    has_form: bool | None = None
    stored_ids: bool | None = None


_WHY: Final = {
    Because.SENDS_EMAILS: "the shop sends emails from Klaviyo",
    Because.SENDS_NO_EMAILS: "the shop sends no emails from Klaviyo",
    Because.EMAILS_UNKNOWN: "ask whether the shop sends emails from Klaviyo",
    Because.LIVE_FORMS: "live in Klaviyo: {forms}",
    Because.TOLD_FORM: "the shop has a form; Klaviyo's forms could not be read",
    Because.TOLD_NO_FORM: "the shop has no form on a landing page",
    Because.NO_LIVE_FORM: "no form is live in Klaviyo",
    Because.FORMS_UNREAD: "ask for a form: Klaviyo's could not be read",
    Because.IDS_SEEN: "LINE User IDs were seen: {sources}",
    Because.TOLD_IDS: "the shop has stored LINE User IDs, but a sample showed none",
    Because.TOLD_NO_IDS: "the shop has stored no LINE User IDs",
    Because.NO_IDS_SEEN: "no LINE User ID was seen in {sampled} segments",
    Because.IDS_UNREAD: "ask for stored LINE User IDs: Klaviyo could not be read",
    Because.ALWAYS_ON: "it works by itself for friends with a known email or phone",
    Because.SWITCHED_OFF: "it is switched off, and needs nothing but its switch",
}
_FITS: Final = {Fit.YES: "recommended", Fit.NO: "does not fit now", Fit.ASK: "open"}
_MOST_SAID: Final = 3


async def _recommend(
    ground: Ground, caller: Caller, taken: RecommendMethods
) -> ToolResult:
    told = Operations(
        sends_emails=taken.sends_emails,
        has_form=taken.has_form,
        stored_ids=taken.stored_ids,
    )
    block = drawn(await recommend(ground, caller.merchant_id, told))
    return ToolResult(text=_said(block), block=block)


def _said(block: MethodRecommendation) -> str:
    counts = (
        f"{block.linked} of {block.friends} friends are linked; nothing has tried "
        f"{block.untried} of the others."
    )
    lines = [counts]
    lines += [_line(block, each) for each in block.methods]
    if block.unread is not None:
        lines.append(f"Not everything could be read: {block.unread}")
    return "\n".join(lines)


def _line(block: MethodRecommendation, advice: MethodAdvice) -> str:
    forms = ", ".join(f'"{each.name}"' for each in block.forms[:_MOST_SAID])
    sources = ", ".join(
        f'"{each.segment_name}", property "{each.property}" (on {each.line_user_ids} '
        f"of {each.looked_at} profiles looked at)"
        for each in block.sources[:_MOST_SAID]
    )
    why = _WHY[advice.because].format(
        forms=forms or "none", sources=sources, sampled=block.segments_sampled or 0
    )
    done = " Set up already." if advice.is_set_up else ""
    return f"- {advice.method}: {_FITS[advice.fit]}; {why}. {_reach(advice)}{done}"


def _reach(advice: MethodAdvice) -> str:
    if advice.reach is None or advice.counted_at is None:
        return "Customers it could reach: not counted yet."
    counted = f"{advice.reach}, counted {advice.counted_at:%Y-%m-%d}"
    return f"Customers it could reach: {counted}."


TOOLS = (
    ReadTool(
        name="recommend_methods",
        takes=RecommendMethods,
        gives=MethodRecommendation,
        run=_recommend,
    ),
)
