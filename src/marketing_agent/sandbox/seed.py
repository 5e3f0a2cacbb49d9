"""The people of the demo shop "Hana Coffee", as plain data.

Every name is invented. Addresses end in `.test` (reserved by RFC 2606). Phones are
E.164: the Australian number is one that the regulator keeps for fiction; Japan, Taiwan
and Thailand keep none, so theirs are of all-zero blocks that parse as possible mobiles.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOP_NAME = "Hana Coffee"


def line_user_id(key: str) -> str:
    """The same `U` + 32 hex digits for the same key, run after run."""
    return "U" + hashlib.sha256(f"line-user:{key}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One customer: as the shop knows them, and as LINE does."""

    key: str
    first_name: str
    last_name: str
    email: str
    phone: str
    line_name: str
    """The display name the person chose on LINE: rarely the one in the shop's list."""
    language: str
    """BCP 47, of the person's LINE app and browser."""
    properties: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def line_user_id(self) -> str:
        """The person's LINE User ID in the demo provider."""
        return line_user_id(self.key)


PERSONAS: tuple[Persona, ...] = (
    Persona(
        key="hana",
        first_name="Hana",
        last_name="Sato",
        email="hana.sato@mail.test",
        phone="+819000000011",
        line_name="はな",
        language="ja",
        properties=MappingProxyType({"Favourite Roast": "Light"}),
    ),
    Persona(
        key="kenta",
        first_name="Kenta",
        last_name="Morikawa",
        email="kenta+coffee@mail.test",
        phone="+819000000012",
        line_name="ケンタ☕",
        language="ja",
    ),
    Persona(
        key="aoi",
        first_name="Aoi",
        last_name="Fujimoto",
        email="aoi.fujimoto@mail.test",
        phone="+819000000013",
        line_name="あおい",
        language="ja",
        properties=MappingProxyType({"Favourite Roast": "Dark"}),
    ),
    Persona(
        key="meiling",
        first_name="Mei-Ling",
        last_name="Chen",
        email="meiling.chen@post.test",
        phone="+886900000014",
        line_name="美玲",
        language="zh-TW",
    ),
    Persona(
        key="somchai",
        first_name="Somchai",
        last_name="Rattanakul",
        email="somchai.r@post.test",
        phone="+66800000015",
        line_name="สมชาย",
        language="th",
    ),
    Persona(
        key="emily",
        first_name="Emily",
        last_name="Hartwell",
        email="emily.hartwell@mail.test",
        phone="+61491570156",
        line_name="Emily H.",
        language="en",
    ),
)
