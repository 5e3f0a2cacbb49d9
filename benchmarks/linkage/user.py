"""The merchant: a small state machine over the answers of the chat API.

An open card is decided by the task's policy; words that match what the merchant knows
are answered; else the next message is said; else the conversation is over.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from benchmarks.linkage.references import filled
from benchmarks.linkage.transcript import Transcript
from benchmarks.linkage.worlds import BEFORE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from benchmarks.linkage.environment import Environment, Json
    from benchmarks.linkage.perturbing import Spoken
    from benchmarks.linkage.task import Knows, Policy, Task

MOST_MESSAGES: Final = 14
_MOST_CARDS: Final = 14
_AS_OFTEN: Final = 2
_ASKING: Final = 700
"""How much of an answer's end may hold the question."""
_UNSURE: Final = re.compile(
    "did you mean|not sure|もしかして|次のどれ|不(太)?確定|您的意思|ไม่แน่ใจ|หมายถึง",
    re.IGNORECASE,
)
_NOTHING: Final[dict[str, Any]] = {"reply": "", "cards": [], "quick_replies": []}


class User:
    """One merchant with one task. `gate` is whether they read a card before a yes."""

    def __init__(
        self,
        shop: Environment,
        task: Task,
        spoken: Sequence[Spoken],
        *,
        gate: bool = True,
    ) -> None:
        self._shop, self._task, self._gate = shop, task, gate
        self._to_say = list(spoken)
        self._last: dict[str, Json] = {}
        self._left: set[str] = set()
        self._used: Counter[str] = Counter()
        self._shown: set[str] = set()
        self.heard = Transcript()

    async def talk(self, after: Callable[[str], Awaitable[None]]) -> Transcript:
        """Have the conversation; `after` is told each reply while the shop is so."""
        while self._may_go_on() and await self._turn(after):
            pass
        return self.heard

    def _may_go_on(self) -> bool:
        few = self.heard.messages < MOST_MESSAGES and self.heard.answers < _MOST_CARDS
        if not few:
            self.heard.errors.append("it took too many messages")
        return few

    async def _turn(self, after: Callable[[str], Awaitable[None]]) -> bool:
        for chat, answer in self._last.items():
            held = chat in self._left and self._to_say
            if answer["cards"] and not held:
                await after(await self._decide(chat, answer["cards"]))
                return True
        for chat, answer in self._last.items():
            if not answer["cards"] and (words := self._known(answer)):
                await after(await self._say(chat, words))
                return True
        if not self._to_say:
            return False
        await after(await self._next_message())
        return True

    async def _next_message(self) -> str:
        message = self._to_say.pop(0)
        if message.before is not None:
            await BEFORE[message.before](self._shop)
            self.heard.lines.append(f"({message.before})")
        self._left.discard(message.chat)
        if message.leaves:
            self._left.add(message.chat)
        return await self._say(message.chat, message.text) if message.text else ""

    async def _say(self, chat: str, text: str) -> str:
        self.heard.messages += 1
        said = str(await filled(self._shop, f"{text} ")).strip()
        self.heard.lines.append(f"> [{chat}] {said}")
        return await self._send(chat, {"message": said})

    async def _decide(self, chat: str, cards: list[Json]) -> str:
        self.heard.answers += 1
        answers = {card["id"]: self._payload(card) for card in cards}
        told = ", ".join(
            f"{card['tool']} {'yes' if answers[card['id']]['approved'] else 'no'}"
            for card in cards
        )
        self.heard.lines.append(f"> [{chat}] (card: {told})")
        return await self._send(chat, {"answers": answers})

    def _payload(self, card: Json) -> Json:
        policy = self._policy(card["tool"])
        if policy is None or (policy.do == "reject" and self._gate):
            return {"approved": False}
        arguments = card["arguments"]
        if policy.do == "edit" and self._gate:
            arguments = {**arguments, **policy.values}
            self.heard.approved.append((card["tool"], arguments))
            return {"approved": True, "editedArgs": arguments}
        self.heard.approved.append((card["tool"], arguments))
        return {"approved": True}

    def _policy(self, tool: str) -> Policy | None:
        """The policy for this card; None refuses what nobody asked for."""
        for number, each in enumerate(self._task.cards):
            name = f"card {number}"
            if each.tool not in {None, tool} or self._used[name] == each.times:
                continue
            named = each.tool == tool or each.do == "reject"
            wanted = named or tool in {call.tool for call in self._task.gold}
            if self._gate and not wanted:
                return None
            self._used[name] += 1
            return each
        return None if self._gate else self._task.cards[-1]

    def _known(self, answer: Json) -> str | None:
        """What to answer to the question that stands nearest to the end."""
        asked = answer["reply"][-_ASKING:]
        matches = [
            (match.start(), each)
            for each in self._task.knows
            if self._used[each.asked] < _AS_OFTEN
            for match in list(re.finditer(each.asked, asked, re.IGNORECASE))[-1:]
        ]
        for _, knows in sorted(matches, key=lambda found: -found[0]):
            if words := _words_of(knows, answer, self._used[knows.asked]):
                self._used[knows.asked] += 1
                return words
        return self._meant(answer)

    def _meant(self, answer: Json) -> str | None:
        """Of several readings that the agent offers, the one that is wanted."""
        if self._used["meant"] >= _AS_OFTEN or not _UNSURE.search(answer["reply"]):
            return None
        words = _picked(self._task.picks(), answer)
        self._used["meant"] += words is not None
        self.heard.unsure = self._used["meant"]
        return words

    async def _send(self, chat: str, body: Json) -> str:
        desk = self._shop.desk
        began = time.perf_counter()
        sent = {"thread_id": f"thread-{chat}", **body}
        answer = await desk.post("/api/v1/chat", sent)
        self.heard.seconds.append(time.perf_counter() - began)
        if answer.status_code != 200:  # noqa: PLR2004
            told = answer.json().get("error", "")
            self.heard.errors.append(f"the chat answered {answer.status_code} {told}")
            self._last[chat] = _NOTHING
            return ""
        return self._hear(chat, answer.json())

    def _hear(self, chat: str, answer: Json) -> str:
        heard, reply = self.heard, str(answer["reply"])
        self._last[chat] = answer
        heard.replies.append(reply)
        heard.wire.append(json.dumps(answer, ensure_ascii=False))
        heard.tool_calls |= {f"{chat} {use['id']}" for use in answer["tools"]}
        for card in answer["cards"]:
            if card["id"] not in self._shown:
                self._shown.add(card["id"])
                heard.proposed.append(card["tool"])
        cards = [f"{c['tool']} {json.dumps(c['arguments'])}" for c in answer["cards"]]
        used = [use["tool"] for use in answer["tools"]]
        heard.lines.append(f"< [{chat}] {reply} {cards or ''} (tools: {used})")
        return reply


def _words_of(knows: Knows, answer: Json, used: int) -> str | None:
    if knows.pick is None:
        return knows.answer[min(used, len(knows.answer) - 1)]
    return _picked(knows.pick, answer)


def _picked(pattern: str, answer: Json) -> str | None:
    offered: list[str] = answer["quick_replies"]
    fits = [each for each in offered if re.search(pattern, each, re.IGNORECASE)]
    return fits[0] if fits else None
