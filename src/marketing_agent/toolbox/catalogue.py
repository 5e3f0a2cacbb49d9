"""All tools of the program, bound to their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.toolbox import (
    change_tools,
    diagnosis_tools,
    erasure_tools,
    form_linkage_tools,
    help_tools,
    import_tools,
    integration_tools,
    linkage_tools,
    qr_link_tools,
    recommendation_tools,
    review_tools,
    segment_tools,
    setup_tools,
)
from marketing_agent.toolbox.pages import tool_pages
from marketing_agent.toolbox.registry import Toolbox

if TYPE_CHECKING:
    from pathlib import Path


BINDINGS: Final = (
    *setup_tools.TOOLS,
    *recommendation_tools.TOOLS,
    *diagnosis_tools.TOOLS,
    *qr_link_tools.TOOLS,
    *form_linkage_tools.TOOLS,
    *import_tools.TOOLS,
    *linkage_tools.TOOLS,
    *review_tools.TOOLS,
    *segment_tools.TOOLS,
    *erasure_tools.TOOLS,
    *integration_tools.TOOLS,
    *change_tools.TOOLS,
    *help_tools.TOOLS,
)
"""Every tool, in the order in which they are offered."""


def all_tools(pages: Path | None = None) -> Toolbox:
    """The toolbox; `pages` replaces the folder of tool pages.

    Raises BrokenPage and PageMismatch.
    """
    return Toolbox(BINDINGS, tool_pages(pages))
