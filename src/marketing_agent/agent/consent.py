"""Answers to cards: all of them checked before any counts, and each counts once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marketing_agent.agent.cards import Answer, Card, Decision
from marketing_agent.core.errors import BadInput, Conflict
from marketing_agent.services.changes import ApprovalExpired, OnlyPeopleApprove
from marketing_agent.storage import card_answers, changes
from marketing_agent.storage.card_answers import CardAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from marketing_agent.agent.calling import Calling


class NoSuchCard(BadInput):
    """This question is not open any more. Reload the conversation to see what is."""


class CardsLeftOpen(BadInput):
    """There is more than one question open. Answer all of them together."""


class AnsweredOtherwise(Conflict):
    """This question was answered already, and differently. The first answer counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    card: Card
    answer: Answer
    arguments: Mapping[str, Any] | None
    """With a yes: the canonical arguments, those asked for or edited ones."""

    @property
    def stored(self) -> dict[str, Any]:
        """What was sent, to know it again, and what it means."""
        given = None if self.arguments is None else dict(self.arguments)
        decision = Decision(
            approved=self.answer.approved, reason=self.answer.reason, arguments=given
        )
        return {
            "sent": self.answer.model_dump(mode="json"),
            "decision": decision.model_dump(mode="json"),
        }


async def decided(
    calling: Calling,
    thread_id: str,
    open_cards: Sequence[Card],
    answers: Mapping[str, Answer],
) -> dict[str, Decision]:
    """What the loop resumes with, by card; empty when all was answered before.

    Raises NoSuchCard, CardsLeftOpen, AnsweredOtherwise, ApprovalExpired,
    OnlyPeopleApprove, and what `Toolbox.checked` says to edited arguments; then no
    answer has counted.
    """
    by_id = {card.id: card for card in open_cards}
    stored = await _stored(calling, thread_id, answers)
    if not answers.keys() <= by_id.keys() | stored.keys():
        raise NoSuchCard
    if not by_id.keys() <= answers.keys() | stored.keys():
        raise CardsLeftOpen
    _same_as_before(stored, answers)
    fresh = [
        _checked(calling, card, answers[card.id])
        for card in open_cards
        if card.id not in stored
    ]
    given = [await _given(calling, each) for each in fresh]
    await _store(calling, thread_id, given)
    all_given = stored | {each.card_id: each for each in given}
    return {card.id: _decision(all_given[card.id]) for card in open_cards}


def _same_as_before(
    stored: Mapping[str, CardAnswer], answers: Mapping[str, Answer]
) -> None:
    for card_id, answer in answers.items():
        if card_id not in stored:
            continue
        before = Answer.model_validate(stored[card_id].answer["sent"])
        same_edit = answer.edited_args == before.edited_args
        if answer.approved != before.approved or not same_edit:
            raise AnsweredOtherwise


def _checked(calling: Calling, card: Card, answer: Answer) -> _Checked:
    if not answer.approved:
        return _Checked(card=card, answer=answer, arguments=None)
    if not calling.caller.may_approve:
        raise OnlyPeopleApprove
    if calling.ground.clock() > card.expires_at:
        raise ApprovalExpired
    asked = card.arguments if answer.edited_args is None else answer.edited_args
    arguments = calling.toolbox.checked(calling.ground, card.tool, asked)
    return _Checked(card=card, answer=answer, arguments=arguments)


async def _given(calling: Calling, checked: _Checked) -> CardAnswer:
    approval_id = None
    if checked.arguments is not None:
        approval_id = await calling.toolbox.approve(
            calling.ground, calling.caller, checked.card.tool, checked.arguments
        )
    return CardAnswer(
        card_id=checked.card.id,
        tool_call_id=checked.card.tool_call_id,
        answer=checked.stored,
        approval_id=approval_id,
    )


def _decision(answer: CardAnswer) -> Decision:
    decided = Decision.model_validate(answer.answer["decision"])
    return decided.model_copy(update={"approval_id": answer.approval_id})


async def _stored(
    calling: Calling, thread_id: str, answers: Mapping[str, Answer]
) -> dict[str, CardAnswer]:
    async with calling.ground.database.transaction() as tx:
        return await card_answers.of_cards(
            tx, calling.caller.merchant_id, thread_id, answers.keys()
        )


async def _store(calling: Calling, thread_id: str, given: list[CardAnswer]) -> None:
    async with calling.ground.database.transaction() as tx:
        await card_answers.store(
            tx,
            calling.caller.merchant_id,
            thread_id,
            given,
            calling.ground.clock(),
        )


async def carried_out(
    calling: Calling, thread_id: str, calls: Sequence[Mapping[str, Any]]
) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Of these calls without an answer, those whose write was made all the same.

    By call id: the approval and the arguments that it was made with. A process can die
    between a write and the note of it.
    """
    merchant_id = calling.caller.merchant_id
    made: dict[str, tuple[str, Mapping[str, Any]]] = {}
    if not calls:
        return made
    async with calling.ground.database.transaction() as tx:
        answered = await card_answers.of_calls(
            tx, merchant_id, thread_id, [call["id"] for call in calls]
        )
        for call_id, answer in answered.items():
            approval_id = answer.approval_id
            if approval_id and await changes.made_with(tx, merchant_id, approval_id):
                made[call_id] = (approval_id, _decision(answer).arguments or {})
    return made
