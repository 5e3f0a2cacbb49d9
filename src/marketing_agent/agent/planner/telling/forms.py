"""Forms: which there are, and what to put where once one is linked with LINE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.telling.told import Told, block_of
from marketing_agent.agent.planner.texts import capped
from marketing_agent.core.form_linkage import FormTiming
from marketing_agent.toolbox.form_linkage_tools import (
    FormLinkageCard,
    FormLinkageList,
    FormList,
    RemovedFormLinkage,
)

if TYPE_CHECKING:
    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn
    from marketing_agent.toolbox.form_linkage_tools import FormLine, FormWebhook

_MOST_LINES: Final = 10


def listed(turn: Turn, came: Came) -> Told:
    """Klaviyo's forms, with which of them are linked."""
    found = block_of(FormList, came).forms
    if not found:
        return Told(text=turn.say("forms.no_form"), quick=turn.quick("setup"))
    lines = [turn.say("forms.list"), *(_line(turn, e) for e in found[:_MOST_LINES])]
    if len(found) > _MOST_LINES:
        lines.append(turn.say("forms.more", count=len(found) - _MOST_LINES))
    quick = turn.quick("configure_form_linkage", "show_form_linkage")
    return Told(text="\n".join(lines), quick=quick)


def saved(turn: Turn, came: Came) -> Told:
    """What is saved, and the steps that only a person can do."""
    card = block_of(FormLinkageCard, came)
    text = f"{turn.say('forms.saved', form=capped(card.form_name))}\n\n"
    quick = turn.quick("check_form", "show_form_linkage", "undo_change")
    return Told(text=f"{text}{to_do(turn, card)}", quick=quick)


def removed(turn: Turn, came: Came) -> Told:
    """That it is out of use, and what to take away in Klaviyo."""
    block = block_of(RemovedFormLinkage, came)
    text = turn.say("forms.removed", form=capped(block.form_name))
    return Told(text=text, quick=turn.quick("undo_change", "show_form_linkage"))


def shown(turn: Turn, came: Came) -> Told:
    """The settings; of a single one everything to copy."""
    cards = block_of(FormLinkageList, came).form_linkages
    if not cards:
        text = turn.say("forms.none")
        return Told(text=text, quick=turn.quick("configure_form_linkage"))
    lines = [_setting(turn, each) for each in cards[:_MOST_LINES]]
    if len(cards) == 1:
        lines += ["", to_do(turn, cards[0])]
    return Told(text="\n".join(lines), quick=turn.quick("check_form", "list_forms"))


def handed_over(turn: Turn, came: Came, form_id: str) -> str | None:
    """What is left to do; None if this form's setting is not there."""
    cards = block_of(FormLinkageList, came).form_linkages
    card = next((each for each in cards if each.form_id == form_id), None)
    if card is None:
        return None
    words = turn.say("setup.hand_over_form_linkage", form=capped(card.form_name))
    return f"{words}\n\n{to_do(turn, card)}\n\n{turn.say('forms.check')}"


def to_do(turn: Turn, card: FormLinkageCard) -> str:
    """The steps in the landing page and in Klaviyo, with the values to copy."""
    parts = [
        turn.say(
            "forms.to_do",
            page=card.landing_page,
            embed_code=card.embed_code,
            label=card.cta_label,
            button_url=card.button_url,
        )
    ]
    if card.webhook is not None:
        parts.append(_flow(turn, card, card.webhook))
    return "\n\n".join(parts)


def _flow(turn: Turn, card: FormLinkageCard, webhook: FormWebhook) -> str:
    trigger = card.trigger.value if card.trigger else "submitted_form"
    return turn.say(
        "forms.flow",
        trigger=turn.say(f"quick.{trigger}"),
        url=webhook.linking_url,
        header=webhook.header,
        secret_is_at=webhook.secret_is_at,
        details=webhook.submission_details,
    )


def _line(turn: Turn, form: FormLine) -> str:
    key = "linked" if form.linked else "live" if form.live else "draft"
    name = capped(form.name)
    return turn.say(f"forms.line_{key}", name=name, id=form.form_id)


def _setting(turn: Turn, card: FormLinkageCard) -> str:
    seen = card.script_seen_at
    script = turn.say("forms.script_never")
    if seen is not None:
        script = turn.say("forms.script_seen", when=f"{seen:%Y-%m-%d}")
    by_flow = card.timing is FormTiming.FLOW
    return turn.say(
        "forms.line_flow" if by_flow else "forms.line_immediate",
        form=capped(card.form_name),
        label=capped(card.cta_label),
        count=card.handed_over,
        script=script,
    )
