"""Asks for the answer to open cards, one after the other; sent together.

Only `y` approves. Nothing that was typed before a card was shown answers it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from marketing_agent.wiring.chat_terminal.canvas import one_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from marketing_agent.wiring.chat_events import Card
    from marketing_agent.wiring.chat_terminal.screen import Screen
    from marketing_agent.wiring.foreign_text import Json

Ask: TypeAlias = "Callable[[str], Awaitable[str | None]]"
"""Shows a prompt and gives the line; None when no answer will come."""

_CLEARED: Final = "-"


class Approving:
    """Asks on a screen; `forget` drops what was typed before a card was shown."""

    def __init__(self, screen: Screen, ask: Ask, forget: Callable[[], object]) -> None:
        self._screen = screen
        self._ask = ask
        self._forget = forget

    async def answers_to(self, cards: Sequence[Card]) -> dict[str, Json] | None:
        """The payload of every card's answer by its id; None leaves them all open."""
        answers = {}
        for card in cards:
            answer = await self._answer_to(card)
            if answer is None:
                return None
            answers[card.id] = answer
        return answers

    async def _answer_to(self, card: Card) -> Json | None:
        arguments = card.arguments
        self._show(card, arguments)
        while (said := await self._ask(self._screen.say("approve"))) is not None:
            match said.strip().lower():
                case "y" | "yes":
                    same = arguments == card.arguments
                    edits = {} if same else {"edited_args": arguments}
                    return {"approved": True} | edits
                case "n" | "no":
                    reason = await self._ask(self._screen.say("why"))
                    return {"approved": False, "reason": one_line(reason, 500)}
                case "e" | "edit":
                    edited = await self._edited(card, arguments)
                    if edited is None:
                        return None
                    arguments = edited
                    self._show(card, arguments)
                case "/quit":
                    return None
                case _:
                    self._screen.note(self._screen.say("type_y"))
        return None

    def _show(self, card: Card, arguments: Json) -> None:
        self._screen.card(card, arguments)
        self._forget()

    async def _edited(self, card: Card, arguments: Json) -> Json | None:
        self._screen.note(self._screen.say("editing", cleared=_CLEARED))
        edited = {}
        for name, value in arguments.items():
            label = self._screen.label(card, name)
            said = await self._ask(
                f"  {label} [{self._screen.shown(card, name, value)}]: "
            )
            if said is None:
                return None
            edited[name] = self._typed(said.strip(), value)
        return edited

    def _typed(self, said: str, before: Any) -> Any:
        """What was typed, as the kind of value that it replaces."""
        if not said:
            return before
        if said == _CLEARED:
            return None
        if isinstance(before, bool):
            return said.lower() in self._screen.say("yes_words").split()
        if isinstance(before, int):
            return int(said) if said.isascii() and said.isdigit() else said
        return said
