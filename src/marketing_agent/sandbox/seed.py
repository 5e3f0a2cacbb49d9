"""The people of the demo shop "Hana Coffee", as plain data, by how they get linked.

`PERSONAS` scan a custom QR code. `IMPORTED` are in the source segment with a stored
LINE User ID, `TROUBLED` beside them with one that is no good. `VISITORS` have no
profile yet and submit the form. `SYNCED` are friends; profiles have their addresses.

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
LINE_USER_ID_PROPERTY = "LINE User ID"
SOURCE_SEGMENT_NAME = "Has a LINE User ID from the old app"
SIGN_UP_FORM_NAME = "Welcome coupon"
LANDING_LIST_NAME = "Newsletter"


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


def _stored(value: str) -> Mapping[str, str]:
    return MappingProxyType({LINE_USER_ID_PROPERTY: value})


IMPORTED: tuple[Persona, ...] = (
    Persona(
        key="yui",
        first_name="Yui",
        last_name="Kobayakawa",
        email="yui.kobayakawa@mail.test",
        phone="+819000000021",
        line_name="ゆい",
        language="ja",
        properties=_stored(line_user_id("yui")),
    ),
    Persona(
        key="takumi",
        first_name="Takumi",
        last_name="Endoh",
        email="takumi.endoh@mail.test",
        phone="+819000000022",
        line_name="たくみ@珈琲",
        language="ja",
        properties=_stored(line_user_id("takumi")),
    ),
    Persona(
        key="fon",
        first_name="Fon",
        last_name="Srisawat",
        email="fon.srisawat@post.test",
        phone="+66800000023",
        line_name="ฝน",
        language="th",
        properties=_stored(line_user_id("fon")),
    ),
)
"""Their stored LINE User ID is the one that they have on LINE."""

TROUBLED: tuple[Persona, ...] = (
    Persona(
        key="mio",
        first_name="Mio",
        last_name="Kobayakawa",
        email="mio.kobayakawa@mail.test",
        phone="+819000000024",
        line_name="みお",
        language="ja",
        properties=_stored(line_user_id("yui")),
    ),
    Persona(
        key="ren",
        first_name="Ren",
        last_name="Uchimura",
        email="ren.uchimura@mail.test",
        phone="+819000000025",
        line_name="れん",
        language="ja",
        properties=_stored(line_user_id("ren at another provider")),
    ),
    Persona(
        key="noa",
        first_name="Noa",
        last_name="Lindqvist",
        email="noa.lindqvist@mail.test",
        phone="+61491570157",
        line_name="Noa",
        language="en",
        properties=_stored("noa-on-line"),
    ),
)
"""A sister's ID, one of another LINE provider, and one that is none."""

VISITORS: tuple[Persona, ...] = (
    Persona(
        key="riko",
        first_name="Riko",
        last_name="Tachikawa",
        email="riko.tachikawa@mail.test",
        phone="+819000000026",
        line_name="りこ",
        language="ja",
    ),
    Persona(
        key="chiahao",
        first_name="Chia-Hao",
        last_name="Wu",
        email="chiahao.wu@post.test",
        phone="+886900000027",
        line_name="家豪",
        language="zh-TW",
    ),
)
"""Klaviyo does not know them until they submit the form."""

SYNCED: tuple[Persona, ...] = (
    Persona(
        key="daichi",
        first_name="Daichi",
        last_name="Okunishi",
        email="daichi.okunishi@mail.test",
        phone="+819000000028",
        line_name="だいち",
        language="ja",
    ),
    Persona(
        key="ploy",
        first_name="Ploy",
        last_name="Wongsiri",
        email="ploy.wongsiri@post.test",
        phone="+66800000029",
        line_name="พลอย",
        language="th",
    ),
)
"""Friends whose email (the first) or phone (the second) the shop enters later."""
