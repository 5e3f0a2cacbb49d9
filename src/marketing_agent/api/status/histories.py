"""What was changed, and what imports did, page by page.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, BaseModel, BeforeValidator

from marketing_agent.agent.told_results import said_in
from marketing_agent.api.languages import Language, told_in
from marketing_agent.api.signed_in import SignedIn
from marketing_agent.api.status.people import People
from marketing_agent.core.callers import Caller
from marketing_agent.services import undo
from marketing_agent.services.ground import Ground
from marketing_agent.services.help_language import HelpLanguage
from marketing_agent.services.imports.progress import history
from marketing_agent.storage.changes import ChangesWanted
from marketing_agent.toolbox.change_tools import ChangeLine, line_of
from marketing_agent.toolbox.import_blocks import ImportRun, drawn_run

_LARGEST_ID: Final = 2**63 - 1


def _written(given: object) -> object:
    """Pydantic alone would take a number for seconds since 1970."""
    return datetime.fromisoformat(given) if isinstance(given, str) else given


Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
_Before = Annotated[int | None, Query(ge=1, le=_LARGEST_ID)]
_Limit = Annotated[int, Query(ge=1, le=100)]


class ChangePage(BaseModel):
    """Some changes, newest first."""

    changes: list[ChangeLine]
    before: int | None
    """Goes into the next request; None at the end."""


class ImportHistory(BaseModel):
    """Some runs of imports, newest first."""

    runs: list[ImportRun]
    before: int | None


class ChangeFilter(BaseModel):
    """Which changes; everything that is given has to hold."""

    made_by: Annotated[str | None, Query(max_length=200)] = None
    """The `subject` of a person, or `made_by` of another change."""
    tool: Annotated[str | None, Query(max_length=100)] = None
    since: Moment | None = None
    until: Moment | None = None


def history_router(ground: Ground, signed_in: SignedIn) -> APIRouter:
    """The routes /api/v1/changes and /api/v1/import-runs."""
    router = APIRouter(prefix="/api/v1", tags=["status"])
    person = Annotated[Caller, Depends(People(signed_in))]

    @router.get("/changes")
    async def list_changes(
        caller: person,
        wanted_language: Language,
        response: Response,
        asked: Annotated[ChangeFilter, Depends()],
        before: _Before = None,
        limit: _Limit = 50,
        language: HelpLanguage | None = None,
    ) -> ChangePage:
        """Who changed what and when, in this language. `undo_change` undoes one."""
        spoken = wanted_language if language is None else language.value
        response.headers.update(told_in(spoken))
        wanted = ChangesWanted(
            before=before,
            made_by=asked.made_by,
            tool=asked.tool,
            since=asked.since,
            until=asked.until,
        )
        told, next_ = await undo.page(ground, caller.merchant_id, wanted, limit=limit)
        page = ChangePage(changes=[line_of(each) for each in told], before=next_)
        return said_in(spoken, page)

    @router.get("/import-runs")
    async def list_import_runs(
        caller: person,
        language: Language,
        before: _Before = None,
        limit: _Limit = 20,
    ) -> ImportHistory:
        """Every run with its counts, its beginning and end, and what went wrong."""
        runs, next_ = await history(
            ground, caller.merchant_id, before=before, limit=limit
        )
        found = ImportHistory(runs=[drawn_run(each) for each in runs], before=next_)
        return said_in(language, found)

    return router
