"""The help text over HTTP, page by page; `explain` cites `page#section`.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel

from marketing_agent.api.signed_in import SignedIn
from marketing_agent.core.callers import Caller
from marketing_agent.services import help_reading
from marketing_agent.services.help_language import HelpLanguage
from marketing_agent.services.help_reading import HelpPage

_KEPT: Final = "private, max-age=300"
PageId = Annotated[str, Path(max_length=100)]


class SectionTitle(BaseModel):
    """A section's heading."""

    id: str
    """`page#section`, the same in every language."""
    title: str


class SectionText(SectionTitle):
    """A section, word for word."""

    text: str
    """Markdown."""


class PageTitle(BaseModel):
    """A page, and what it has sections about."""

    id: str
    title: str
    sections: list[SectionTitle]


class PageText(BaseModel):
    """A page with its text."""

    id: str
    title: str
    sections: list[SectionText]


class HelpContents(BaseModel):
    """All pages in one language."""

    language: HelpLanguage
    pages: list[PageTitle]


def help_router(signed_in: SignedIn) -> APIRouter:
    """The routes under /api/v1/help."""
    router = APIRouter(prefix="/api/v1/help", tags=["help"])
    calling = Annotated[Caller, Depends(signed_in)]

    @router.get("/{language}")
    async def list_pages(
        language: HelpLanguage, _caller: calling, response: Response
    ) -> HelpContents:
        """The pages and their sections."""
        response.headers["Cache-Control"] = _KEPT
        pages = [_titles(each) for each in help_reading.pages(language).values()]
        return HelpContents(language=language, pages=pages)

    @router.get("/{language}/{page}")
    async def show_page(
        language: HelpLanguage, page: PageId, _caller: calling, response: Response
    ) -> PageText:
        """One page."""
        found = help_reading.page(language, page)
        response.headers["Cache-Control"] = _KEPT
        return PageText(
            id=found.id,
            title=found.title,
            sections=[
                SectionText(id=each.id, title=each.heading, text=each.text)
                for each in found.sections
            ],
        )

    return router


def _titles(page: HelpPage) -> PageTitle:
    return PageTitle(
        id=page.id,
        title=page.title,
        sections=[
            SectionTitle(id=each.id, title=each.heading) for each in page.sections
        ],
    )
