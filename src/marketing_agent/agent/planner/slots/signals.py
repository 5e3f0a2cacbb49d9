"""Which signals a custom QR code asks for, as Klaviyo merge variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import QUOTED, VARIABLE
from marketing_agent.core.errors import BadInput
from marketing_agent.core.qr_links import DEFAULT_VARIABLES, LinkType, QrLinkDraft
from marketing_agent.core.signals import SignalKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_FIELDS: Final = {
    SignalKind.EMAIL: "email_variable",
    SignalKind.PHONE: "phone_variable",
}
_WORDS: Final = {
    SignalKind.EMAIL: re.compile(
        r"\be-?mails?\b|\bmail\b|メール|Eメール", re.IGNORECASE
    ),
    SignalKind.PHONE: re.compile(r"\b(?:tele)?phones?\b|電話|携帯", re.IGNORECASE),
}
_BOTH: Final = re.compile(
    r"\bboth\b|\beach of them\b|両方|どちらも|(?:ふた|二|2)つとも", re.IGNORECASE
)
_BY: Final = (
    r"\b(?:by|with|using|use|on|via|match(?:es|ing)?)\s+(?:the\s+|their\s+|only\s+)*"
)
_OTHER_MAIL: Final = r"(?!\s*(?:newsletter|reader|campaign|subscriber|s\b))"
_OUTRIGHT: Final = {
    SignalKind.EMAIL: re.compile(
        rf"\be-?mail\s+address(?:es)?\b|{_BY}e-?mail\b{_OTHER_MAIL}"
        r"|\band\s+e-?mail\b|\be-?mail\s+and\s+(?:tele)?phone\b|\be-?mail\s+only\b"
        r"|メールアドレス|メールで(?:照合|連携|突合|判定)|電話番号?とメール|メールと電話",
        re.IGNORECASE,
    ),
    SignalKind.PHONE: re.compile(
        rf"\bphone\s+numbers?\b|{_BY}(?:tele)?phone\b|\band\s+(?:tele)?phone\b"
        r"|\b(?:tele)?phone\s+(?:and\s+e-?mail|only)\b|電話番号|電話で|メールと電話",
        re.IGNORECASE,
    ),
}
_NEGATED: Final = re.compile(
    r"\b(?:not|no|without|except|never|neither|nor|instead\s+of|rather\s+than)\b|n't\b"
    r"|以外|ではな|じゃな|なしで|ないで|使わ|除い",
    re.IGNORECASE,
)
_BESIDES: Final = re.compile(
    r"\b(?:as well|also|too|in addition|additionally|add)\b"
    r"|追加|加え|番号も|アドレスも",
    re.IGNORECASE,
)
_NOBODY: Final = re.compile(
    r"\blink\s+type\s*(?:is|:|=)?\s*none\b|リンクタイプ\s*(?:は|:|:)?\s*なし",
    re.IGNORECASE,
)


def signals(heard: Heard) -> Mapping[str, str]:
    """The merge variables to use, in full; empty if the sentence leaves it open.

    A variable written out is taken as it is; a word stands for Klaviyo's default.
    """
    plain = QUOTED.sub(" ", VARIABLE.sub(" ", heard.text))
    if _NOBODY.search(plain):
        return {"link_type": LinkType.NONE.value}
    if variables := VARIABLE.findall(heard.text):
        return _written_out(variables, plain)
    if _NEGATED.search(plain):
        return {}
    return {_FIELDS[kind]: DEFAULT_VARIABLES[kind] for kind in _kinds(plain, heard)}


def besides(heard: Heard) -> Mapping[str, str]:
    """Whether the signals are meant besides those that are used already."""
    return {"also": "yes"} if _BESIDES.search(heard.text) else {}


def _kinds(plain: str, heard: Heard) -> list[SignalKind]:
    named = [kind for kind, words in _OUTRIGHT.items() if words.search(plain)]
    loose = [kind for kind, words in _WORDS.items() if words.search(plain)]
    if _BOTH.search(plain) and (heard.asked or loose):
        return list(_WORDS)
    return loose if heard.asked else named


def _written_out(variables: list[str], plain: str) -> Mapping[str, str]:
    loose = [kind for kind, words in _WORDS.items() if words.search(plain)]
    found: dict[str, str] = {}
    for variable in variables:
        kinds = [kind for kind in _FIELDS if kind.value in variable.lower()]
        if len(kinds) != 1:
            kinds = loose if len(variables) == len(loose) == 1 else []
        if len(kinds) != 1 or _FIELDS[kinds[0]] in found:
            return {}
        found[_FIELDS[kinds[0]]] = variable
    return found if _is_usable(found) else {}


def _is_usable(found: Mapping[str, str]) -> bool:
    try:
        QrLinkDraft(name="x", link_type=LinkType.KLAVIYO_LINKAGE, **found)
    except BadInput:
        return False
    return True
