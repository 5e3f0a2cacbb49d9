"""The shop's landing pages: what the merchant has pasted into them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

SWITCHES: Final = ("keys", "conversion", "button", "delay")
"""What a page's address may set of Klaviyo's script; see `onsite_pages/klaviyo.js`."""
_SOURCE = re.compile(r"""<script\b[^>]*\bsrc=["']([^"']+)["']""", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """What is on the landing pages.

    `embed_code` is the Landing Page Embed Code as pasted; `company_id` the public key
    of the Klaviyo account at `klaviyo_url`; `forms` are the forms that the pages are
    for: the first popup of them opens, the embedded ones are in the text.
    """

    embed_code: str = ""
    company_id: str = ""
    klaviyo_url: str = ""
    forms: tuple[str, ...] = ()

    def klaviyo_script(self, switches: dict[str, str]) -> str:
        """Give the address of Klaviyo's script; empty while there is no account."""
        if not self.company_id:
            return ""
        query = {
            "company_id": self.company_id,
            "forms": ",".join(self.forms),
            **switches,
        }
        return f"{self.klaviyo_url}/onsite/js/klaviyo.js?{urlencode(query)}"

    def strict_policy(self) -> str:
        """Give a content security policy that allows these two scripts, no more."""
        sources = [*_SOURCE.findall(self.embed_code), self.klaviyo_url]
        hosts = " ".join(_origin(source) for source in sources if source)
        return (
            f"default-src 'none'; script-src 'self' {hosts}; connect-src {hosts}; "
            "style-src 'self'; img-src 'self' data:; "
            "base-uri 'none'; form-action 'none'"
        )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
