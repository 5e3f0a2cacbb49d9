"""Whether a page's Content Security Policy lets our script work (CSP Level 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PORTS: Final = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Scheme, host and port; empty where the address has none."""

    scheme: str
    host: str
    port: str


def forbids(
    policies: Iterable[str], nonce: str | None, public_url: str, page_url: str
) -> bool:
    """Whether one of these policies keeps our script, or what it sends, from working.

    All policies of a page apply. `nonce` is that of the script's own element.
    """
    ours, page = _origin(public_url), _origin(page_url)
    for policy in policies:
        directives = _directives(policy)
        sources = _first(directives, "script-src-elem", "script-src", "default-src")
        if sources is not None and not _runs(sources, nonce, ours, page):
            return True
        sources = _first(directives, "connect-src", "default-src")
        if sources is not None and not _lets_in(sources, ours, page):
            return True
    return False


def _directives(policy: str) -> dict[str, list[str]]:
    """By name; a directive that stands twice counts once, the first time."""
    found: dict[str, list[str]] = {}
    for part in policy.split(";"):
        name, *sources = part.split() or [""]
        found.setdefault(name.lower(), sources)
    return found


def _first(directives: dict[str, list[str]], *names: str) -> list[str] | None:
    return next((directives[name] for name in names if name in directives), None)


def _runs(
    sources: Sequence[str], nonce: str | None, ours: Origin, page: Origin
) -> bool:
    if nonce and f"'nonce-{nonce}'" in sources:
        return True
    if "'strict-dynamic'" in (each.lower() for each in sources):
        # Hosts do not count then, and the page's own elements need the nonce.
        return False
    return _lets_in(sources, ours, page)


def _lets_in(sources: Sequence[str], ours: Origin, page: Origin) -> bool:
    return any(_is_for(source.lower(), ours, page) for source in sources)


def _is_for(source: str, ours: Origin, page: Origin) -> bool:
    """Whether a source lets this origin in; what comes after the host is not judged."""
    if source == "*":
        return True
    if source == "'self'":
        return ours == page
    if source.endswith(":") and "/" not in source:
        return source[:-1] in {ours.scheme, "http"}
    scheme, cut, rest = source.rpartition("://")
    if cut and scheme not in {ours.scheme, "http"}:
        return False
    host, _, port = rest.partition("/")[0].partition(":")
    return _is_host(host, ours.host) and port in {"", "*", ours.port}


def _is_host(pattern: str, host: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return pattern == host


def _origin(url: str) -> Origin:
    try:
        parts = urlsplit(url.lower())
        port = str(parts.port or _PORTS.get(parts.scheme, ""))
    except ValueError:
        return Origin(scheme="", host="", port="")
    return Origin(scheme=parts.scheme, host=parts.hostname or "", port=port)
