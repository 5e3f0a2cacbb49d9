"""The OpenAPI document of which the dashboard's build makes its types.

`python -m tests.docs.openapi_document` writes it. It is committed: a build runs on
machines where nothing of ours runs yet.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.desk import open_desk
from tests.ground import new_ground

if TYPE_CHECKING:
    from fastapi import FastAPI

DOCUMENT = Path(__file__).parents[2] / "dashboard" / "openapi.json"


def document_text(app: FastAPI) -> str:
    """The document as it is committed, without the version of the program."""
    document = app.openapi()
    told = document | {"info": {"title": document["info"]["title"], "version": "1"}}
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


async def main() -> None:
    """Write it, from an application over an empty database."""
    async with (
        new_ground() as ground,
        ground.database() as database_url,
        open_desk(database_url, connected=False) as desk,
    ):
        DOCUMENT.write_text(document_text(desk.app), "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
