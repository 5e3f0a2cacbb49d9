"""Klaviyo with very many profiles, on a real port in a process of its own."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final

from benchmarks.logs import keep_quiet
from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from marketing_agent.sandbox.klaviyo.faults import Answer, Fault
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from marketing_agent.wiring.serving import bound, freeze_what_is_loaded, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection as Pipe

_SPAWN: Final = get_context("spawn")
PROPERTY: Final = "line_uid"


def line_user(number: int, epoch: int = 0) -> str:
    """The LINE User ID on the profile of this number."""
    digest = hashlib.blake2b(f"{epoch}:{number}".encode(), digest_size=16)
    return "U" + digest.hexdigest()


def _held(number: int) -> dict[str, Any]:
    return {PROPERTY: line_user(number)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Klaviyo:
    """The account in the other process."""

    url: str
    private_key: str
    segment_id: str
    pid: int
    pipe: Pipe

    def requests(self) -> int:
        """How many it was asked since the last time."""
        return int(self._ask("requests"))

    def edit(self, numbers: range) -> None:
        """Give these profiles other LINE User IDs."""
        self._ask("edit", numbers)

    def go_down(self) -> None:
        """Answer 503 from now on."""
        self._ask("down")

    def come_up(self) -> None:
        """Answer again."""
        self._ask("up")

    def limit(self) -> None:
        """Keep to Klaviyo's own limits from now on."""
        self._ask("limit")

    def throttled(self) -> int:
        """How many 429s it has answered since the last time."""
        return int(self._ask("throttled"))

    def _ask(self, *what: Any) -> Any:
        self.pipe.send(what)
        return self.pipe.recv()


@contextmanager
def klaviyo_of(profiles: int) -> Iterator[Klaviyo]:
    """Serve an account whose segment has so many profiles, its limits lifted."""
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_serve, args=(theirs, profiles), daemon=True)
    process.start()
    try:
        yield Klaviyo(pipe=ours, pid=process.pid or 0, **ours.recv())
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Pipe, profiles: int) -> None:
    keep_quiet()
    world = KlaviyoWorld()
    world.limits.lift()
    # Longer ago than the overlap: nobody has just joined when the changes are read.
    first = world.now() - timedelta(days=1, seconds=profiles)
    crowd = world.add_crowd(profiles, properties=_held, first=first)
    segment = world.segments.add("Old tool")
    world.segments.fill(segment, crowd)
    counted = _Counted(klaviyo_app(world))

    def listen(url: str) -> None:
        pipe.send({"url": url, "private_key": world.private_key, "segment_id": segment})
        while True:
            what, *more = pipe.recv()
            pipe.send(_answer(world, crowd, counted, what, *more))

    async def serve() -> None:
        async with serving(counted, bound("127.0.0.1", 0)) as url:
            freeze_what_is_loaded()
            threading.Thread(target=listen, args=(url,), daemon=True).start()
            await asyncio.Event().wait()

    asyncio.run(serve())


class _Counted:
    """The app, with every request counted: the world's own log is short."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.requests = 0
        self.throttled = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def noted(message: Any) -> None:
            self.throttled += message.get("status") == 429  # noqa: PLR2004
            await send(message)

        self.requests += scope["type"] == "http"
        await self._app(scope, receive, noted)


def _answer(
    world: KlaviyoWorld, crowd: Any, counted: _Counted, what: str, *more: Any
) -> Any:
    match what:
        case "requests":
            count, counted.requests = counted.requests, 0
            return count
        case "throttled":
            count, counted.throttled = counted.throttled, 0
            return count
        case "edit":
            for number in more[0]:
                held = {PROPERTY: line_user(number, epoch=1)}
                edit = PropertyEdit(set_to=held)
                world.edit_profile(crowd.profile_id(number), {}, edit)
        case "down":
            world.faults.add(Fault(effect=Answer(503)))
        case "up":
            world.faults.clear()
        case "limit":
            world.limits.scale(1.0)
    return None
