"""What the email tool does to the links of a live email: `_kx`, the exchange id."""

from __future__ import annotations

import re

_HREF = re.compile(r"""(<a\b[^>]*?\bhref=)(["'])(https?://[^"']*)\2""", re.IGNORECASE)


def with_exchange_id(html: str, exchange_id: str) -> str:
    """Add `_kx` to every web link, as Klaviyo's "Email to website tracking" does.

    `exchange_id` is percent-encoded already, as links carry it (`...%3D.ABC123`).
    """
    parameter = f"_kx={exchange_id}"
    return _HREF.sub(lambda link: _with(link, parameter), html)


def _with(link: re.Match[str], parameter: str) -> str:
    address, hash_, fragment = link[3].partition("#")
    joint = "&amp;" if "?" in address else "?"
    return f"{link[1]}{link[2]}{address}{joint}{parameter}{hash_}{fragment}{link[2]}"
