"""What programs asked for, over HTTP: a person sees it, and says yes or no.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from marketing_agent.agent.card_words import title_of
from marketing_agent.agent.cards import Answer
from marketing_agent.agent.planner.language import ENGLISH
from marketing_agent.agent.told_results import result_in
from marketing_agent.api.languages import Language
from marketing_agent.api.signed_in import SignedIn
from marketing_agent.api.status.people import People
from marketing_agent.core.callers import Caller, CallerKind
from marketing_agent.services import approval_requests
from marketing_agent.services.ground import Ground
from marketing_agent.storage.approval_requests import StoredRequest
from marketing_agent.toolbox.registry import Toolbox
from marketing_agent.toolbox.requests import (
    Outcome,
    PersonsAnswer,
    Requests,
    RequestState,
    state_of,
)


class RequestLine(BaseModel):
    """One request, with what it would change, and its answer if it has had one."""

    id: str
    tool: str
    title: str
    arguments: dict[str, Any]
    before: dict[str, Any] | None
    """The fields as they are; None for a new thing or what is no matter of fields."""
    after: dict[str, Any]
    state: RequestState
    asked_by: str
    asked_kind: CallerKind
    asked_at: datetime
    expires_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    reason: str
    approved_arguments: dict[str, Any] | None
    """With a yes: as asked, or as the person edited them."""


class RequestAnswered(BaseModel):
    """What became of it; with a yes, what the tool says."""

    request: RequestLine
    text: str = ""
    block: dict[str, Any] | None = None
    change_id: int | None = None


def approval_request_router(
    ground: Ground, toolbox: Toolbox, signed_in: SignedIn
) -> APIRouter:
    """The routes under /api/v1/approval-requests."""
    router = APIRouter(prefix="/api/v1/approval-requests", tags=["tools"])
    person = Annotated[Caller, Depends(People(signed_in))]
    requests = Requests(ground=ground, toolbox=toolbox)

    @router.get("")
    async def list_requests(
        caller: person, language: Language, state: RequestState | None = None
    ) -> list[RequestLine]:
        """The last 200 requests, newest first; of one state, or all."""
        found = await approval_requests.newest(ground, caller.merchant_id)
        now = ground.clock()
        lines = [line_of(toolbox, each, now, language) for each in found]
        return [each for each in lines if state in {None, each.state}]

    @router.post("/{request_id}")
    async def answer_request(
        request_id: str, answer: Answer, caller: person, language: Language
    ) -> RequestAnswered:
        """Approve, with edited arguments or not, or reject; the first answer counts."""
        given = PersonsAnswer(
            approved=answer.approved,
            arguments=answer.edited_args,
            reason=answer.reason,
        )
        outcome = await requests.answered(caller, request_id, given)
        line = line_of(toolbox, outcome.request, ground.clock(), language)
        return _answered(line, outcome, language)

    return router


def line_of(
    toolbox: Toolbox, stored: StoredRequest, now: datetime, language: str = ENGLISH
) -> RequestLine:
    """A request as it is shown."""
    reply, page = stored.reply, toolbox.pages.get(stored.tool)
    agreed = None if reply is None or reply.arguments is None else reply.arguments
    return RequestLine(
        id=stored.id,
        tool=stored.tool,
        title=title_of(
            stored.tool, stored.tool if page is None else page.title, language
        ),
        arguments=dict(stored.arguments),
        before=stored.outlook["before"],
        after=stored.outlook["after"],
        state=state_of(stored, now),
        asked_by=stored.asked_by,
        asked_kind=stored.asked_kind,
        asked_at=stored.asked_at,
        expires_at=stored.expires_at,
        answered_by=None if reply is None else reply.answered_by,
        answered_at=None if reply is None else reply.answered_at,
        reason="" if reply is None else reply.reason,
        approved_arguments=None if agreed is None else dict(agreed),
    )


def _answered(line: RequestLine, outcome: Outcome, language: str) -> RequestAnswered:
    if outcome.result is None:
        return RequestAnswered(request=line)
    result = result_in(language, line.tool, outcome.result)
    return RequestAnswered(
        request=line,
        text=result.text,
        block=result.block.model_dump(mode="json"),
        change_id=result.change_id,
    )
