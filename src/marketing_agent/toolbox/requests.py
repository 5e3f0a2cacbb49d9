"""A program's way to a write: it asks, a person answers, and only then is it made.

`asked_for` is the program's side and `answered` the person's. Both tell what became of
the request, however often they are called.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from marketing_agent.services import approval_requests
from marketing_agent.services.approval_requests import Asked
from marketing_agent.services.changes import Call
from marketing_agent.storage.approval_requests import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from marketing_agent.core.callers import Caller
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.approval_requests import StoredRequest
    from marketing_agent.toolbox.registry import Toolbox, ToolResult


class RequestState(StrEnum):
    """How far an approval request is."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a request; with a yes, what the write gave."""

    request: StoredRequest
    state: RequestState
    result: ToolResult | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsAnswer:
    """Yes or no; with a yes, the arguments if they were edited."""

    approved: bool
    arguments: Mapping[str, Any] | None = None
    reason: str = ""


def state_of(request: StoredRequest, now: datetime) -> RequestState:
    """How far this request is now."""
    if request.reply is not None:
        approved = request.reply.approved
        return RequestState.APPROVED if approved else RequestState.REJECTED
    return RequestState.EXPIRED if now > request.expires_at else RequestState.PENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """The approval requests over one toolbox."""

    ground: Ground
    toolbox: Toolbox

    async def asked_for(
        self,
        caller: Caller,
        tool: str,
        arguments: Mapping[str, Any],
        request_id: str = "",
    ) -> Outcome:
        """Ask for this write, or hear what became of asking.

        Raises ViewersOnlyLook, TooManyRequests, and what the call or its write raises.
        """
        checked = self.toolbox.checked(self.ground, tool, arguments)
        asked = Asked(call=Call(tool=tool, arguments=checked), request_id=request_id)
        known = await approval_requests.find_same(self.ground, caller, asked)
        if known is None:
            outlook = await self.toolbox.outlook(self.ground, caller, tool, checked)
            known = await approval_requests.ask(self.ground, caller, asked, outlook)
        return await self._outcome(caller, known)

    async def answered(
        self, person: Caller, request: str, answer: PersonsAnswer
    ) -> Outcome:
        """Answer a request and carry out a yes; the first answer counts.

        Raises OnlyPeopleApprove, NotFound, ApprovalExpired, TargetChanged, and what
        the edited call or the write raises.
        """
        known = await approval_requests.to_answer(self.ground, person, request)
        if known.reply is None:
            reply = await self._reply(person, known, answer)
            known = await approval_requests.answer(
                self.ground, person.merchant_id, request, reply
            )
        return await self._outcome(person, known)

    async def _reply(
        self, person: Caller, known: StoredRequest, answer: PersonsAnswer
    ) -> Reply:
        arguments, approval_id = None, None
        if answer.approved:
            arguments = await self._agreed(person, known, answer)
            approval_id = await self.toolbox.approve(
                self.ground, person, known.tool, arguments
            )
        return Reply(
            approved=answer.approved,
            answered_by=person.subject,
            answered_at=self.ground.clock(),
            reason=answer.reason,
            arguments=arguments,
            approval_id=approval_id,
        )

    async def _agreed(
        self, person: Caller, known: StoredRequest, answer: PersonsAnswer
    ) -> Mapping[str, Any]:
        """The arguments to approve, of something that is still what was shown."""
        edited = answer.arguments
        outlook = await self.toolbox.outlook(
            self.ground, person, known.tool, known.arguments
        )
        await approval_requests.refuse_change(
            self.ground, person.merchant_id, known, outlook
        )
        if edited is None:
            return known.arguments
        return self.toolbox.checked(self.ground, known.tool, edited)

    async def _outcome(self, caller: Caller, request: StoredRequest) -> Outcome:
        """A yes is carried out here, by whoever comes first; others hear the same."""
        state = state_of(request, self.ground.clock())
        reply, result = request.reply, None
        if reply is not None and reply.approval_id is not None:
            result = await self.toolbox.call(
                self.ground,
                caller,
                request.tool,
                reply.arguments or {},
                approval_id=reply.approval_id,
            )
        return Outcome(request=request, state=state, result=result)
