"""The dashboard's types are of the API that is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.docs.openapi_document import DOCUMENT, document_text

if TYPE_CHECKING:
    from tests.desk import Desk


async def test_the_committed_document_is_the_one_that_is_served(desk: Desk) -> None:
    """Nobody changed a route or a tool and left the dashboard's types behind.

    If this fails: `uv run python -m tests.docs.openapi_document`.
    """
    assert DOCUMENT.read_text("utf-8") == document_text(desk.app)


async def test_it_types_every_tool(desk: Desk) -> None:
    """The dashboard calls each tool with types of its arguments and its result."""
    schemas = desk.app.openapi()["components"]["schemas"]
    assert len(schemas["Tools"]["properties"]) == len(await desk.offered())
