"""What the language model has used, over HTTP.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from marketing_agent.agent.conversations import Conversations
from marketing_agent.api.signed_in import SignedIn
from marketing_agent.core.callers import Caller
from marketing_agent.services import token_budget
from marketing_agent.services.ground import Ground
from marketing_agent.storage.token_use import TokenUse


class UsedTokens(BaseModel):
    """What went to the model and came back on one day of the merchant's."""

    day: date
    tokens_in: int
    tokens_out: int
    estimated: int
    """How many of both were estimated, since the model reported none."""


class UsageAnswer(BaseModel):
    """What is left today, and the days on which the model was used, oldest first."""

    model: str
    built_in: bool
    """The built-in planner uses no tokens: nothing is counted."""
    budget: int
    left: int
    resets_at: datetime
    today: UsedTokens
    days: list[UsedTokens]


def usage_router(
    ground: Ground, conversations: Conversations, signed_in: SignedIn
) -> APIRouter:
    """The route /api/v1/usage."""
    router = APIRouter(prefix="/api/v1", tags=["agent"])
    calling = Annotated[Caller, Depends(signed_in)]

    @router.get("/usage")
    async def show_usage(
        caller: calling,
        days: Annotated[int, Query(ge=1, le=token_budget.MOST_DAYS)] = 30,
    ) -> UsageAnswer:
        """Tokens of the language model, by day, and today's budget."""
        told = await token_budget.usage(ground, caller.merchant_id, days)
        return UsageAnswer(
            model=conversations.model_name,
            built_in=conversations.built_in,
            budget=told.budget,
            left=told.left,
            resets_at=told.resets_at,
            today=_line(told.today, told.used),
            days=[_line(day, used) for day, used in told.days.items()],
        )

    return router


def _line(day: date, used: TokenUse) -> UsedTokens:
    return UsedTokens(
        day=day,
        tokens_in=used.tokens_in,
        tokens_out=used.tokens_out,
        estimated=used.estimated,
    )
