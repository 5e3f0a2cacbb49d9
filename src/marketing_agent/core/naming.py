"""What a link from a live Klaviyo email says about its reader, beside the signals.

Klaviyo adds `_kx` to every link of a live email by itself: an encrypted id that ends in
the account's own site id. A linking URL also carries `{{ person.KlaviyoID }}`. Neither
is a signal: they can make a match stronger, or contradict it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from marketing_agent.core.match import NamedBy

if TYPE_CHECKING:
    from collections.abc import Mapping

EXCHANGE_ID: Final = "_kx"
"""The query parameter that Klaviyo adds."""
KLAVIYO_ID: Final = "id"
"""The query parameter of ours, filled in by the merge variable below."""
KLAVIYO_ID_VARIABLE: Final = "{{ person.KlaviyoID }}"

_EXCHANGE_ID: Final = re.compile(r"[\w+/-]{4,200}={0,2}\.([0-9A-Za-z]{6})", re.ASCII)
_KLAVIYO_ID: Final = re.compile(r"[0-9A-Za-z]{26}")
_OLD_KLAVIYO_ID: Final = re.compile(r"[0-9A-Za-z]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """The value that names a profile, and which of the two it is.

    `by` is None for a KlaviyoID of six characters, as old profiles have them: anyone
    can hit one by trying, so agreeing proves nothing, while disagreeing still counts.
    """

    value: str = field(repr=False)
    by: NamedBy | None


def read_naming(query: Mapping[str, str], company: str | None) -> Naming | None:
    """The strongest name in a link's query.

    `company` is the site id of the merchant's Klaviyo account. None for the
    placeholders of a preview, another account's `_kx`, or anything in no shape of
    Klaviyo's.
    """
    # Trackers encode it once too often, or leave a plus sign that turns into a space.
    kx = unquote(query.get(EXCHANGE_ID, "")).replace(" ", "+")
    exchange_id = _EXCHANGE_ID.fullmatch(kx)
    if exchange_id is not None and exchange_id[1] == company:
        return Naming(value=kx, by=NamedBy.KX)
    profile_id = query.get(KLAVIYO_ID, "").strip()
    if _KLAVIYO_ID.fullmatch(profile_id):
        return Naming(value=profile_id, by=NamedBy.KLAVIYO_ID)
    if _OLD_KLAVIYO_ID.fullmatch(profile_id):
        return Naming(value=profile_id, by=None)
    return None
