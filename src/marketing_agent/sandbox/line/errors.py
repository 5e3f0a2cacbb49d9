"""What the LINE sandbox refuses, as values that its routes turn into LINE's answers."""

from __future__ import annotations


class LineRefusal(Exception):
    """A call LINE answers with an error: HTTP `status`, and `body` in LINE's JSON."""

    def __init__(
        self,
        status: int,
        body: dict[str, object],
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = headers


def login_error(error: str, description: str, status: int = 400) -> LineRefusal:
    """An OAuth-shaped error: the token, verify and revoke endpoints."""
    return LineRefusal(status, {"error": error, "error_description": description})


def messaging_error(status: int, message: str, **details: str) -> LineRefusal:
    """A Messaging API error; `details` maps a property to what is wrong with it."""
    body: dict[str, object] = {"message": message}
    if details:
        body["details"] = [{"message": v, "property": k} for k, v in details.items()]
    return LineRefusal(status, body)


class UnknownLineUser(Exception):
    """The sandbox was asked about a LINE user that nobody seeded."""
