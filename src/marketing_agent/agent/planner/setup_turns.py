"""What the merchant says to the plan: its answers, and what to do with the plan."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner import asking, setup_goal, small_talk
from marketing_agent.agent.planner.frames import Frame
from marketing_agent.agent.planner.marks import is_question
from marketing_agent.agent.planner.moments import Moment
from marketing_agent.agent.planner.plan import (
    CHANNELS,
    CHECK,
    DONE,
    LEFT_OUT,
    METHODS,
    PICK,
    SETUP,
    after,
    remaining,
    without_method,
)
from marketing_agent.agent.planner.slots.answers import (
    wants_again,
    wants_later,
    wants_on,
    yes_or_no,
)
from marketing_agent.agent.planner.slots.channels import channels, picked
from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from marketing_agent.agent.planner.turn import Reply, Turn

_OF_SETUP: Final = r"(?:set-?\s?up|plan|integration|設定|セットアップ|設置|การตั้งค่า)"
_STOPS: Final = re.compile(
    rf"\b(?:stop|cancel|end|abort|quit)\b(?: the| with the)? {_OF_SETUP}"
    r"|設定を?(?:やめ|中止|中断)|セットアップを?(?:やめ|中止|中断)|停止設定|中止設定|取消設定"
    r"|หยุดการตั้งค่า|ยกเลิกการตั้งค่า"
)
_OVER: Final = re.compile(
    r"\bstart (?:all )?over\b|\bfrom (?:the )?(?:beginning|scratch)\b|\brestart\b"
    r"|最初から|はじめから|やり直し|重新開始|從頭|เริ่มใหม่|เริ่มต้นใหม่"
)
_CONTINUES: Final = re.compile(
    rf"\b(?:continue|resume|carry on|go on|pick up|finish)\b.*{_OF_SETUP}"
    rf"|\bwhere (?:were|did) we\b|{_OF_SETUP}.*(?:続き|再開|続け)"
    rf"|(?:続き|再開).*{_OF_SETUP}|繼續.*設定|設定.*繼續|(?:ทำ)?ต่อ.*การตั้งค่า|ตั้งค่าต่อ"
)
_SKIPS: Final = re.compile(
    r"\bskip\b|\bleave (?:this|that|it) out\b|\bnot this one\b|\bnext one\b"
    r"|スキップ|飛ばし|跳過|略過|ข้าม"
)
_TURNS: Final = re.compile(
    r"\bactually\b|\binstead\b|\brather\b|\bnot\b|\bon second thought\b"
    r"|\bchanged my mind\b"
    r"|やっぱり|やはり|ではなく|じゃなく|代わりに|不是|改成|改用|還是|เปลี่ยน|ไม่ใช่|แทน"
)
_DENIED: Final = re.compile(
    r"\b(?:not|no|instead of|rather than)\s+(?:the\s+|a\s+|any\s+)?[^,.;、]+"
    r"|[^、。,.]+(?:ではなく|じゃなくて|じゃなく)|不(?:是|要|用)[^,\uff0c、。]+|ไม่(?:ใช่|เอา)\s*\S+"
)
_OPENING: Final = re.compile(
    r"\bhelp\b|id[\s-]*(?:linkage|連携|連動)|การเชื่อมโยง id", re.IGNORECASE
)


def begun(turn: Turn, sentence: str) -> Reply:
    """The first step, with what the sentence told about the shop."""
    told = _channels(sentence)
    frame = Frame(about=SETUP, slots=told)
    return setup_goal.went_on(turn, frame, turn.say("setup.begun"))


def continued(turn: Turn) -> Reply:
    """The plan as it was left, after its facts are read again."""
    frame = open_plan(turn)
    kept = dict(turn.state.operations)
    if frame is not None:
        kept |= {k: v for k, v in frame.slots.items() if k.startswith(DONE)}
    again = Frame(about=SETUP, slots=kept)
    return setup_goal.went_on(turn, again, turn.say("setup.continued"))


def open_plan(turn: Turn) -> Frame | None:
    """The plan, if it is open, also under a write in the making."""
    return next((each for each in turn.frames if each.about == SETUP), None)


def about_the_plan(turn: Turn) -> Reply | None:
    """Stop, start over, continue, skip, or another method; None for anything else."""
    spoken, frame = folded(turn.said), open_plan(turn)
    if is_question(turn.said):
        return None
    if _CONTINUES.search(spoken):
        return continued(turn)
    if frame is None:
        nothing = _STOPS.search(spoken) is not None
        return small_talk.said(turn, Moment.CANCEL) if nothing else None
    if _STOPS.search(spoken):
        return setup_goal.ended(turn, frame, turn.say("setup.stopped_by_you"))
    if _OVER.search(spoken):
        return begun(turn, "")
    if other := _other_method(turn, frame):
        now = replace(frame, slots=without_method(frame.slots))
        words = turn.say("setup.turned", method=turn.say(f"quick.pick_{other}"))
        return setup_goal.went_on(turn, setup_goal.noting(now, PICK, other), words)
    return left_out(turn) if _SKIPS.search(spoken) else None


def answered(turn: Turn, frame: Frame) -> Reply | None:
    """The plan after an answer to its question; None if it was no answer."""
    if frame.asks == CHECK and wants_on(turn.said):
        on = setup_goal.noting(frame, CHECK, "left for later")
        return setup_goal.went_on(turn, on)
    if frame.asks == PICK:
        return _picked(turn, frame)
    if frame.asks not in CHANNELS:
        again = wants_again(turn.said) or yes_or_no(turn.said) == "yes"
        return setup_goal.went_on(turn, frame) if again else None
    told = _channels(turn.said)
    if short := yes_or_no(turn.said):
        told = {**told, frame.asks: short}
    if frame.asks not in told or is_question(turn.said):
        return None
    return setup_goal.went_on(turn, replace(frame, slots={**frame.slots, **told}))


def resumed(turn: Turn, frame: Frame, before: str = "") -> Reply:
    """The plan again, after something else was done in between."""
    if frame.asks in {*CHANNELS, PICK}:
        reply = setup_goal.reply_of(turn, frame, before)
        return asking.with_pending(turn, reply)
    return setup_goal.went_on(turn, frame, before)


def _channels(said: str) -> dict[str, str]:
    return dict(channels(_OPENING.sub(" ", said)))


def _picked(turn: Turn, frame: Frame) -> Reply | None:
    """The method named; the first after a mere yes; the end after a no."""
    left = remaining(frame.slots)
    wanted = picked(turn.said) or picked(_DENIED.sub(" ", turn.said))
    named = [method for method in wanted if method in left]
    short = yes_or_no(turn.said)
    if not named and short == "yes":
        named = left[:1]
    if named and not is_question(turn.said):
        return setup_goal.went_on(turn, setup_goal.noting(frame, PICK, named[0]))
    if not named and (short == "no" or wants_later(turn.said)):
        return setup_goal.ended(turn, frame, turn.say("setup.through"))
    return None


def _other_method(turn: Turn, frame: Frame) -> str | None:
    """The one method that is wanted instead of the one in the making."""
    now = frame.slots.get(PICK)
    if now is None or not _TURNS.search(folded(turn.said)):
        return None
    wanted = picked(_DENIED.sub(" ", turn.said))
    return wanted[0] if len(wanted) == 1 and wanted[0] != now else None


def left_out(turn: Turn) -> Reply | None:
    """The question or the method that is open is left out of the plan."""
    frame = open_plan(turn)
    if frame is None:
        return None
    method = frame.slots.get(PICK)
    if method in METHODS:
        now = replace(frame, slots=after(frame.slots, method, LEFT_OUT), asks=None)
        words = turn.say("setup.skipped", method=turn.say(f"quick.pick_{method}"))
        if remaining(now.slots):
            return setup_goal.to_pick(turn, now).after(words)
        return setup_goal.ended(turn, now, f"{words}\n\n{turn.say('setup.through')}")
    if frame.asks in CHANNELS:
        return setup_goal.went_on(turn, setup_goal.noting(frame, frame.asks, "skipped"))
    return None
