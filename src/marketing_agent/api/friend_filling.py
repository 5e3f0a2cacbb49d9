"""Filling the list of friends from LINE's own, over HTTP: begin, follow, cancel.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from marketing_agent.agent.planner.phrase_book import phrase_book
from marketing_agent.api.languages import Language
from marketing_agent.api.signed_in import SignedIn
from marketing_agent.core.callers import Caller
from marketing_agent.services import filling_runs
from marketing_agent.services.changes import OnlyPeopleApprove
from marketing_agent.services.ground import Ground
from marketing_agent.storage.import_runs import ImportState, StoredRun


class FillingAnswer(BaseModel):
    """The run that goes on, or else the last one; all empty before the first."""

    state: ImportState | None = None
    listed: int = 0
    """Friends on LINE's list so far."""
    new: int = 0
    """Those of them who were not known to follow."""
    error: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


def friend_filling_router(ground: Ground, signed_in: SignedIn) -> APIRouter:
    """The routes under /api/v1/friend-filling."""
    router = APIRouter(prefix="/api/v1/friend-filling", tags=["friends"])
    calling = Annotated[Caller, Depends(signed_in)]

    @router.get("")
    async def show(caller: calling, language: Language) -> FillingAnswer:
        """How far it is."""
        return _answer(await filling_runs.newest(ground, caller.merchant_id), language)

    @router.post("", status_code=202)
    async def begin(caller: calling, language: Language) -> FillingAnswer:
        """Read LINE's list of friends, again if need be; joins a run that goes on."""
        _may_change(caller)
        return _answer(await filling_runs.begin(ground, caller.merchant_id), language)

    @router.delete("")
    async def cancel(caller: calling, language: Language) -> FillingAnswer:
        """Stop; the friends that were learnt stay."""
        _may_change(caller)
        await filling_runs.cancel(ground, caller.merchant_id)
        return _answer(await filling_runs.newest(ground, caller.merchant_id), language)

    return router


def _may_change(caller: Caller) -> None:
    if not caller.may_approve:
        raise OnlyPeopleApprove


def _answer(run: StoredRun | None, language: str) -> FillingAnswer:
    if run is None:
        return FillingAnswer()
    return FillingAnswer(
        state=run.state,
        listed=run.counts.get("listed", 0),
        new=run.counts.get("new", 0),
        error=run.error and phrase_book().said(run.error, language),
        started_at=run.started_at,
        ended_at=run.ended_at,
    )
