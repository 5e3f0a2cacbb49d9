"""Everything Klaviyo says no to, as exceptions that carry their JSON:API error.

    KlaviyoError
    ├── Malformed, Invalid              400
    ├── NotAuthenticated, WrongKey      401
    ├── PermissionDenied                403
    ├── NotFound, MethodNotAllowed      404, 405
    ├── DuplicateProfile                409, the other id in `meta`
    ├── UnsupportedMediaType            415
    ├── Throttled                       429, only `Retry-After` among the rate headers
    ├── NotEmulated                     501, real at Klaviyo but not in the sandbox
    └── Faulted                         any status, because a test asked for it

Codes and titles follow bodies quoted in public: klaviyo-api-node issue 75 (409),
klaviyo-api-python issue 15 (429), the Klaviyo community (401), trufflehog pull request
1870 (401 against 403).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class KlaviyoError(Exception):
    """One JSON:API error.

    `pointer` names the place in the body, `parameter` the query parameter. `meta` is
    what Klaviyo adds beside them.
    """

    status = 400
    code = "invalid"
    title = "Invalid input."

    def __init__(
        self,
        detail: str,
        *,
        pointer: str = "/data/",
        parameter: str | None = None,
        meta: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.source = {"parameter": parameter} if parameter else {"pointer": pointer}
        self.meta = dict(meta or {})

    @property
    def headers(self) -> dict[str, str]:
        """Headers that belong to this refusal."""
        return {}


class Invalid(KlaviyoError):
    """The request is understood and not acceptable."""


class Malformed(KlaviyoError):
    """The body is not JSON."""

    code = "parse_error"
    title = "Malformed request."


class NotAuthenticated(KlaviyoError):
    """No private key came with the request."""

    status = 401
    code = "not_authenticated"
    title = "Authentication credentials were not provided."

    def __init__(self) -> None:
        super().__init__("Missing or invalid private key.")


class WrongKey(KlaviyoError):
    """A key came, and it is not one of this account's."""

    status = 401
    code = "authentication_failed"
    title = "Incorrect authentication credentials."

    def __init__(self) -> None:
        super().__init__(self.title)


class PermissionDenied(KlaviyoError):
    """The key is valid but lacks the scope."""

    status = 403
    code = "permission_denied"
    title = "You do not have permission to perform this action."

    def __init__(self, scope: str) -> None:
        super().__init__(f"Your API key is missing the required scope: {scope}.")


class NotFound(KlaviyoError):
    """There is no such resource, or no such path."""

    status = 404
    code = "not_found"
    title = "Not found."


class MethodNotAllowed(KlaviyoError):
    """The path exists, the method on it does not."""

    status = 405
    code = "method_not_allowed"
    title = "Method not allowed."


class DuplicateProfile(KlaviyoError):
    """An identifier belongs to another profile."""

    status = 409
    code = "duplicate_profile"
    title = "Conflict."

    def __init__(self, profile_id: str) -> None:
        super().__init__(
            "A profile already exists with one of these identifiers.",
            pointer="/data/attributes",
            meta={"duplicate_profile_id": profile_id},
        )
        self.duplicate_profile_id = profile_id


class UnsupportedMediaType(KlaviyoError):
    """The body is announced as something else than JSON."""

    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type."


class Throttled(KlaviyoError):
    """A window is used up; `retry_after` is in whole seconds."""

    status = 429
    code = "throttled"
    title = "Request was throttled."

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"{self.title} Expected available in {retry_after} seconds.")
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """Klaviyo drops the `RateLimit-*` headers on a 429."""
        return {"Retry-After": str(self.retry_after)}


class NotEmulated(KlaviyoError):
    """Klaviyo could do this; the sandbox cannot, and says so."""

    status = 501
    code = "not_emulated"
    title = "The sandbox does not emulate this."


class Faulted(KlaviyoError):
    """The status that a test switched on."""

    def __init__(self, status: int) -> None:
        self.status = status
        phrase = HTTPStatus(status).phrase
        self.code = phrase.lower().replace(" ", "_")
        self.title = f"{phrase}."
        super().__init__("A fault was switched on in the sandbox.")
