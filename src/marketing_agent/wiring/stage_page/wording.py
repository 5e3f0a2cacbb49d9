"""The stage's own texts, and who reads which of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from marketing_agent.api.customer.languages import closest
from marketing_agent.api.customer.pages import languages_of
from marketing_agent.api.customer.wording import load_wordings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from marketing_agent.api.customer.wording import Wording

_CATALOGUES: Final = Path(__file__).parent / "catalogues"
COOKIE: Final = "stage_language"


def wordings() -> Mapping[str, Wording]:
    """Every language by its tag. Raises BrokenCatalogue."""
    return load_wordings(_CATALOGUES)


def wording_for(request: Request) -> Wording:
    """The language chosen on the page, else that of the browser."""
    chosen = request.query_params.get("language") or request.cookies.get(COOKIE, "")
    return closest((chosen, *languages_of(request)), wordings())
