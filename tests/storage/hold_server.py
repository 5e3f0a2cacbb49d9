"""A program that holds an embedded server until its standard input is closed.

Usage: hold_server.py FOLDER [ACCOUNT]. Prints the server's URL when it is up. With an
account (a number) root becomes that ordinary user first.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from marketing_agent.storage.embedded import embedded_server


async def _hold(folder: Path, account: int | None) -> None:
    # What a thread needs is imported by the first one: before the interpreter's own
    # folder may be closed to us.
    await asyncio.to_thread(int)
    if account is not None:
        os.setgroups([])
        os.setgid(account)
        os.setuid(account)
    async with embedded_server(folder, durable=False) as server:
        print(server.url, flush=True)  # noqa: T201 - the test reads it
        await asyncio.to_thread(sys.stdin.read)


asyncio.run(_hold(Path(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else None))
