"""How much of Klaviyo's rate limits is used, as far as this program knows.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from marketing_agent.api.signed_in import SignedIn
from marketing_agent.api.status.people import People
from marketing_agent.core.callers import Caller
from marketing_agent.services import klaviyo_budget
from marketing_agent.services.ground import Ground
from marketing_agent.services.klaviyo_budget import TierUse


class BudgetWindow(BaseModel):
    """At most `allowed` calls of ours in `seconds`: half of what Klaviyo allows."""

    seconds: int
    allowed: int
    used: int
    resets_at: datetime | None
    """None where nothing is used now."""


class BudgetTier(BaseModel):
    """Calls that Klaviyo counts together."""

    tier: str
    windows: list[BudgetWindow]
    """The shortest first."""
    throttled_until: datetime | None


class KlaviyoBudget(BaseModel):
    """Our own calls; what the shop's other tools use, nobody tells us."""

    as_of: datetime
    tiers: list[BudgetTier]


def budget_router(ground: Ground, signed_in: SignedIn) -> APIRouter:
    """The route /api/v1/klaviyo-budget."""
    router = APIRouter(prefix="/api/v1", tags=["status"])
    person = Annotated[Caller, Depends(People(signed_in))]

    @router.get("/klaviyo-budget")
    async def show_budget(caller: person) -> KlaviyoBudget:
        """Per tier what is allowed and used now, and whether Klaviyo throttles."""
        seen = await klaviyo_budget.budget(ground, caller.merchant_id)
        return KlaviyoBudget(as_of=seen.as_of, tiers=[_tier(t) for t in seen.tiers])

    return router


def _tier(use: TierUse) -> BudgetTier:
    return BudgetTier(
        tier=use.tier,
        windows=[
            BudgetWindow(
                seconds=each.seconds,
                allowed=each.allowed,
                used=each.used,
                resets_at=each.resets_at,
            )
            for each in use.windows
        ],
        throttled_until=use.throttled_until,
    )
