"""Coverage over time, how attempts ended, and what waits for a decision.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from marketing_agent.agent.told_results import said_in
from marketing_agent.api.languages import Language
from marketing_agent.api.signed_in import SignedIn
from marketing_agent.api.status.people import People
from marketing_agent.core.callers import Caller
from marketing_agent.core.facts import Method
from marketing_agent.services import coverage, reviews
from marketing_agent.services.coverage import MOST_DAYS
from marketing_agent.services.ground import Ground
from marketing_agent.services.status import linkage_status
from marketing_agent.toolbox.linkage_blocks import LinkageReport, report_of
from marketing_agent.toolbox.review_blocks import (
    ReviewLine,
    SharedLine,
    review_lines,
    shared_lines,
)


class CoverageRow(BaseModel):
    """A day at the merchant's: friends who followed, and the linked among them."""

    day: date
    friends: int
    linked: int
    by_method: dict[Method, int]


class ReviewList(BaseModel):
    """What waits for a decision, the latest first. `resolve_conflict` decides."""

    reviews: list[ReviewLine]
    shared_values: list[SharedLine]
    total: int
    after: str | None


def figure_router(ground: Ground, signed_in: SignedIn) -> APIRouter:
    """The routes with figures."""
    router = APIRouter(prefix="/api/v1", tags=["status"])
    person = Annotated[Caller, Depends(People(signed_in))]

    @router.get("/linkage")
    async def show_linkage(caller: person, language: Language) -> LinkageReport:
        """Counts per method, the funnel, and every outcome with its reason."""
        status = await linkage_status(ground, caller.merchant_id)
        return said_in(language, report_of(status))

    @router.get("/coverage")
    async def show_coverage(
        caller: person, days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 30
    ) -> list[CoverageRow]:
        """A row for each day that is known, oldest first; the last is today, now."""
        return [
            CoverageRow(
                day=each.day,
                friends=each.coverage.friends,
                linked=each.coverage.linked,
                by_method=dict(each.coverage.by_method),
            )
            for each in await coverage.over_time(ground, caller.merchant_id, days)
        ]

    @router.get("/reviews")
    async def list_reviews(
        caller: person,
        language: Language,
        after: Annotated[str | None, Query(max_length=600)] = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> ReviewList:
        """Held conflicts, suspended links, and values that many share."""
        page = await reviews.waiting(
            ground, caller.merchant_id, after=after, limit=limit
        )
        found = ReviewList(
            reviews=review_lines(page.items),
            shared_values=shared_lines(page.shared),
            total=page.total,
            after=page.after,
        )
        return said_in(language, found)

    return router
