"""A merchant's side of a conversation with the planner, and pretended tool results."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from marketing_agent.agent.planner import built_in_planner
from marketing_agent.toolbox.catalogue import all_tools
from marketing_agent.toolbox.pages import Effect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_core.messages import BaseMessage
    from langchain_core.messages.tool import ToolCall

    from marketing_agent.agent.planner.chat_model import GuidedPlanner

FRIEND = "U0123456789abcdef0123456789abcdef"
TOOLBOX = all_tools()
READS = [n for n, tool in TOOLBOX.tools.items() if tool.effect is Effect.READ]
EVERYTHING = list(TOOLBOX.tools)


@cache
def planner() -> GuidedPlanner:
    """The planner of all tests: it keeps nothing."""
    return cast("GuidedPlanner", built_in_planner())


def schema(tool: str) -> dict[str, Any]:
    """A tool as a loop offers it."""
    return {"name": tool, "description": tool, "parameters": {"type": "object"}}


def qr_code(slug: str = "abc2345678", name: str = "Newsletter") -> dict[str, Any]:
    """A custom QR code as its block."""
    url = f"https://shop.test/l/{slug}?email={{{{ email }}}}"
    return {
        "slug": slug,
        "name": name,
        "link_type": "klaviyo_linkage",
        "email_variable": "{{ email }}",
        "phone_variable": None,
        "linking_url": url,
        "add_friend_url": None,
        "image_url": url,
        "email_link": f'<a href="{url}">LINE</a>',
        "email_image": f'<a href="{url}"><img alt="LINE"></a>',
        "opened": 0,
    }


def change(number: int = 12) -> dict[str, Any]:
    """A change that can be undone, as its line."""
    return {
        "id": number,
        "tool": "create_qr_link",
        "what": 'Created custom QR code "Newsletter"',
        "made_at": "2026-11-01T09:00:00Z",
        "made_by": "a person",
        "can_be_undone": True,
        "why_not": None,
    }


def check(what: str, state: str = "ok", fix: str = "") -> dict[str, str]:
    """One line of the set-up check."""
    return {
        "platform": "Klaviyo",
        "what": what,
        "state": state,
        "says": "So it is.",
        "fix": fix,
    }


DATA: dict[str, dict[str, Any]] = {
    "check_setup": {"checks": [check("account"), check("test login", "unknown")]},
    "query_linkage_status": {
        "friends": 10,
        "linked": 2,
        "attempts": [],
        "waiting_for_klaviyo": 0,
    },
    "create_qr_link": qr_code(),
    "update_qr_link": qr_code(),
    "delete_qr_link": {"slug": "abc2345678", "name": "Newsletter"},
    "show_qr_links": {"qr_links": [qr_code()]},
    "unlink_friend": {"line_user_id": FRIEND, "profile_id": "01PROFILE"},
    "show_changes": {"changes": [change()]},
    "undo_change": {"undone": 12, "what": "Undid change 12"},
    "explain": {
        "found": True,
        "sections": [
            {
                "id": "id-linkage#what",
                "page_title": "ID linkage",
                "heading": "What it is",
                "text": "One person.",
            }
        ],
        "topics": ["ID linkage"],
    },
}


class Play:
    """A conversation. Reads are answered at once from `data`; writes wait."""

    def __init__(
        self,
        *,
        offered: list[str] | None = None,
        data: Mapping[str, dict[str, Any]] | None = None,
    ) -> None:
        tools = EVERYTHING if offered is None else offered
        self._model = planner().bind_tools([schema(tool) for tool in tools])
        self._data = {**DATA, **(data or {})}
        self._changes = 0
        self.messages: list[BaseMessage] = []
        self.called: list[str] = []
        """Every tool that was called, in order."""

    def say(self, text: str) -> AIMessage:
        """Write something; gives the planner's last word."""
        return self._hear(HumanMessage(text))

    def approve(self) -> AIMessage:
        """Say yes to the open card."""
        self._changes += 1
        data = self._data[self.proposed["name"]]
        return self.end("done", data=data, text="Done.", change_id=self._changes)

    def end(self, status: str, **content: Any) -> AIMessage:
        """Answer the open call in any other way."""
        said = json.dumps({"status": status, **content})
        answer = ToolMessage(said, tool_call_id=str(self.proposed["id"]))
        return self._hear(answer)

    def interject(self, status: str, text: str) -> AIMessage:
        """Write something while the card is open."""
        said = json.dumps({"status": status, "message": "Something else was said."})
        self.messages.append(ToolMessage(said, tool_call_id=str(self.proposed["id"])))
        return self.say(text)

    @property
    def last(self) -> AIMessage:
        """What the planner said last."""
        return cast("AIMessage", self.messages[-1])

    @property
    def proposed(self) -> ToolCall:
        """The open call."""
        return self.last.tool_calls[0]

    @property
    def quick(self) -> list[str]:
        """The quick replies shown now."""
        return list(self.last.additional_kwargs.get("quick_replies", []))

    def _hear(self, message: BaseMessage) -> AIMessage:
        self.messages.append(message)
        answer = self._model.invoke(self.messages)
        self.messages.append(answer)
        if not answer.tool_calls:
            return answer
        tool = answer.tool_calls[0]["name"]
        self.called.append(tool)
        if tool not in READS or tool not in self._data:
            return answer
        return self.end("done", data=self._data[tool], text="Looked.")


def how(message: BaseMessage) -> dict[str, Any]:
    """What the planner says about how it came to an answer."""
    return cast("dict[str, Any]", message.response_metadata["planner"])
