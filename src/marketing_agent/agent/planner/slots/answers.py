"""Short answers, and the words that a destructive request must contain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_YES: Final = re.compile(
    r"(?:yes|yep|yeah|yup|sure|ok|okay|of course|right|correct|we do|i do|exactly"
    r"|はい|ええ|うん|そうです|お願いします|あります|しています|使っています"
    r"|送っています|保存しています|持っています)(?![a-z])"
)
_NO: Final = re.compile(
    r"(?:no|nope|nah|not really|we dont|i dont|none"
    r"|いいえ|いや|ないです|ありません|していません|使っていません"
    r"|送っていません|保存していません|持っていません)(?![a-z])"
)
_UNSURE: Final = re.compile(
    r"not sure|unsure|dont know|do not know|no idea|maybe|perhaps|わからない|分からない"
    r"|わかりません|分かりません|不明|たぶん|未定"
)
_AGAIN: Final = re.compile(
    r"\bagain\b|\bretry\b|\brecheck\b|\bdone\b|\bready\b|\bfinished\b|\bfixed\b"
    r"|もう一度|もういちど|再度|再確認|再試行|完了|できました|終わりました|直しました"
)
_ON: Final = re.compile(
    r"\bgo on\b|\bgo ahead\b|\bcontinue\b|\banyway\b|\bskip\b|\blater\b"
    r"|このまま|進め|続け|後で|あとで|スキップ"
)
_LATER: Final = re.compile(
    r"\blater\b|\bskip\b|\bnot now\b|\benough\b|\bthats all\b"
    r"|後で|あとで|のちほど|スキップ|また今度|以上"
)
_DELETING: Final = re.compile(
    r"\b(?:delet|remov|eras|clear)\w*|\bget(?:ting)? rid\b|\bthrow (?:it |this )?away\b"
    r"|\bdrop\b|\bno longer need\b|\bobsolete\b"
    r"|削除|消し|消去|消す|破棄|取り除|片付け|不要|要りません|いらない"
)
_UNLINKING: Final = re.compile(
    r"\b(?:unlink|disconnect|detach|separat|unpair)\w*"
    r"|\bremov\w*\b.*\blink\b|\blink\b.*\bremov\w*"
    r"|(?:連携|リンク|紐付け|紐づけ|ひも付け).*(?:解除|外し|外す|切っ|切り|取り消|取消|やめ)"
    r"|解除"
)
_ERASING: Final = re.compile(
    r"\b(?:eras|delet|wip|forg[eo]t|remov)\w*|消去|削除|消し|消す|忘れられる"
)
_REMOVING: Final = re.compile(
    r"\b(?:stop|remov|delet|disconnect|cut|unlink(?!ed)|eras|end|cancel)\w*|\b(?:turn|switch)"
    r"(?:ed|ing)?\b.*\boff\b|\bno\s+(?:more|longer)\b|\bnot\b.*\bany\s*(?:more|longer)\b"
    r"|\btak(?:e|en|ing)\b.*\b(?:away|out|down)\b|\bget(?:ting)? rid\b"
    r"|やめ|なくし|無くし|解除|オフ|消し|消す|切り離|出さない|削除|止め|停止|終了|中止|外し|取り込まない"
)
_OF_SEGMENT: Final = re.compile(
    r"\bsegments?\b|\bfilters?\b|\baudiences?\b|セグメント|絞り込み|条件"
)
_OF_FORM: Final = re.compile(
    r"\bforms?\b|\bpop-?ups?\b|\bbutton\b|\blanding page\b"
    r"|フォーム|ポップアップ|ボタン|ランディングページ"
)
_OF_IMPORT: Final = re.compile(
    r"\bimport\w*|\bline (?:user )?ids?\b|\b(?:source )?segment\b"
    r"|インポート|取り込|読み込|ソースセグメント|セグメント"
)
_EVERYBODY: Final = re.compile(
    r"\ball (?:the |our |my )?(?:friends|customers|users|people|profiles)\b|\bevery\w*"
    r"|全員|(?:すべて|全て|全部)の(?:友だち|お客|顧客|人)|みんな"
)
_REFUSED: Final = re.compile(
    r"\b(?:dont|do not|never|not to|shouldnt|should not)\s+(?:\w+\s+){0,2}"
    r"(?:delet|remov|eras|unlink|disconnect|detach|stop|wip|forget)"
    r"|(?<!出)(?:し|か|外さ)ないで|(?<!出)さないで|しない"
)
_NUMBER: Final = re.compile(r"(?<![\d.])([1-9]\d{0,8})(?![\d.])")
_NUMBERED: Final = re.compile(
    r"(?:change|number|no|#|変更|番号)\s*(?:の|は|id|number|no\.?|:)?\s*#?\s*([1-9]\d{0,8})(?!\d)"
)
_THAT: Final = re.compile(
    r"\b(?:that|this|it|last|latest|previous|just|most recent)\b"
    r"|さっき|先ほど|それ|これ|今の|いまの|直前|最後|前回|最新"
)


def yes_or_no(text: str) -> str | None:
    """`yes`, `no` or `unknown` as a short answer begins; None otherwise."""
    spoken = folded(text).strip(" 、,.。!")
    if _UNSURE.search(spoken):
        return "unknown"
    if _NO.match(spoken):
        return "no"
    return "yes" if _YES.match(spoken) else None


def is_only_yes_or_no(text: str) -> bool:
    """Whether a sentence says no more than that."""
    bare = folded(text).strip(" 、,.。!?")
    return bool(_YES.fullmatch(bare) or _NO.fullmatch(bare))


def wants_again(text: str) -> bool:
    """Whether to try once more, or to look whether something is done now."""
    return _AGAIN.search(folded(text)) is not None


def wants_on(text: str) -> bool:
    """Whether to go on although something is missing."""
    return _ON.search(folded(text)) is not None


def wants_later(text: str) -> bool:
    """Whether what is left can wait."""
    return _LATER.search(folded(text)) is not None


def deleting(heard: Heard) -> Mapping[str, str]:
    """Whether the sentence itself speaks of deleting."""
    return _meant(heard, _DELETING)


def deleting_a_segment(heard: Heard) -> Mapping[str, str]:
    """Whether it speaks of deleting a segment or saved conditions."""
    return _meant(heard, _DELETING, _OF_SEGMENT)


def unlinking(heard: Heard) -> Mapping[str, str]:
    """Whether the sentence itself speaks of unlinking."""
    return _meant(heard, _UNLINKING)


def erasing(heard: Heard) -> Mapping[str, str]:
    """Whether it speaks of erasing somebody's data, and not everybody's."""
    return {} if _EVERYBODY.search(folded(heard.text)) else _meant(heard, _ERASING)


def removing(heard: Heard) -> Mapping[str, str]:
    """Whether the sentence itself speaks of ending something."""
    return _meant(heard, _REMOVING)


def removing_a_form(heard: Heard) -> Mapping[str, str]:
    """Whether it speaks of ending the linkage of a form."""
    return _meant(heard, _REMOVING, _OF_FORM)


def stopping_the_import(heard: Heard) -> Mapping[str, str]:
    """Whether it speaks of ending the import."""
    return _meant(heard, _REMOVING, _OF_IMPORT)


def change_id(heard: Heard) -> Mapping[str, str]:
    """The change that is named by its number, or the newest of this conversation."""
    spoken = folded(heard.text)
    named = (_NUMBER if heard.asked else _NUMBERED).findall(spoken)
    if len(set(named)) == 1:
        return {"change_id": named[0]}
    if named or _NUMBER.search(spoken) or not heard.changes:
        return {}
    newest = _THAT.search(spoken) or _is_only_undo(spoken)
    return {"change_id": str(heard.changes[-1])} if newest else {}


def _is_only_undo(spoken: str) -> bool:
    bare = spoken.strip(" 。.!?")
    return bare in {"undo", "undo please", "元に戻して", "元に戻す", "取り消して"}


def _meant(heard: Heard, *said: re.Pattern[str]) -> Mapping[str, str]:
    """Whether all of it is said, and none of it denied."""
    spoken = folded(heard.text)
    if _REFUSED.search(spoken) or not all(words.search(spoken) for words in said):
        return {}
    return {"meant": "yes"}
