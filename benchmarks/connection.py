"""One kept-alive HTTP/1.1 connection that does no more than it must.

A full client would take longer than the servers that it measures.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from types import TracebackType


class Connection:
    """To the server of a URL; a context manager."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        assert address.hostname is not None
        self._host = address.netloc
        self._socket = socket.create_connection((address.hostname, address.port), 10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answer = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._answer.close()
        self._socket.close()

    def get(self, path: str) -> int:
        """The answer's status."""
        return self._exchange(f"GET {path} HTTP/1.1\r\nhost: {self._host}\r\n\r\n")

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        """The answer's status."""
        lines = [
            f"POST {path} HTTP/1.1",
            f"host: {self._host}",
            f"content-length: {len(body)}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        return self._exchange("\r\n".join(lines) + "\r\n\r\n", body)

    def _exchange(self, head: str, body: bytes = b"") -> int:
        self._socket.sendall(head.encode() + body)
        status = int(self._answer.readline().split()[1])
        length = 0
        while (line := self._answer.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        self._answer.read(length)
        return status
