"""What a cassette must not hold is replaced by a name, the same one wherever it stands.

Tokens are learnt from the answers that hand them out, so that later requests which
carry them are redacted too, and a replay sees the names as if they were the tokens.
"""

from __future__ import annotations

import json
from typing import Any

from vcr.request import Request

_HANDED_OUT = ("access_token", "id_token", "refresh_token")
_KEPT_REQUEST_HEADERS = ("accept", "authorization", "content-type", "revision")
_KEPT_ANSWER_HEADERS = ("content-type", "retry-after", "ratelimit-")


class Redaction:
    """The names for the secrets of one cassette."""

    def __init__(self, known: dict[str, str], hosts: tuple[str, ...]) -> None:
        """Begin with `known` secrets and their names; record only `hosts`."""
        self._names = dict(known)
        self._hosts = hosts

    def request(self, request: Request) -> Request | None:
        """Give what is recorded of a request, and compared on replay."""
        if request.host not in self._hosts:
            return None
        headers = {
            name.lower(): self._hidden(value)
            for name, value in request.headers.items()
            if name.lower() in _KEPT_REQUEST_HEADERS
        }
        body = self._hidden(_text(request.body)) if request.body else None
        return Request(request.method, self._hidden(request.uri), body, headers)

    def answer(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Give what is recorded of an answer."""
        text = _text(answer["body"]["string"])
        self._learn(text)
        headers = {
            name.lower(): [self._hidden(value) for value in values]
            for name, values in answer["headers"].items()
            if name.lower().startswith(_KEPT_ANSWER_HEADERS)
        }
        body = {"string": _in_order(self._hidden(text)).encode()}
        return {**answer, "headers": headers, "body": body}

    def _learn(self, text: str) -> None:
        said = json.loads(text) if text.startswith("{") else {}
        for name in _HANDED_OUT:
            if secret := said.get(name):
                self._names.setdefault(secret, f"{name}-{len(self._names)}")

    def _hidden(self, text: str) -> str:
        for secret, name in self._names.items():
            text = text.replace(secret, name)
        return text


def _in_order(text: str) -> str:
    """Sort the keys of JSON, so that a new recording differs only where it must."""
    if not text.startswith("{"):
        return text
    return json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True)


def _text(body: bytes | str) -> str:
    return body if isinstance(body, str) else body.decode()
