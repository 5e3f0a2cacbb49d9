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


def fresh_planner() -> GuidedPlanner:
    """A planner of its own, as after a restart."""
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


def review(friend: str = FRIEND, *profiles: str) -> dict[str, Any]:
    """A held pair of the review list, as its line."""
    return {
        "line_user_id": friend,
        "candidates": [
            {"profile_id": each, "linked_to": "U" + "e" * 32}
            for each in profiles or ("01PROFILE",)
        ],
        "linked_profile_id": "01BEFORE",
        "code": "conflict_held",
        "row": 30,
        "reason": "The profile is linked to another friend.",
        "next_step": "Decide.",
        "method": "qr_link",
        "since": "2026-11-01T09:00:00Z",
        "version": "0a1b2c3d",
    }


def linkage(*reviews: dict[str, Any]) -> dict[str, Any]:
    """The counts, with these held pairs."""
    return {
        "friends": 10,
        "linked": 2,
        "attempts": [],
        "reviews": list(reviews),
        "reviews_waiting": len(reviews),
        "waiting_for_klaviyo": 0,
    }


def form(
    form_id: str = "XyZ123", name: str = "Welcome", **other: bool
) -> dict[str, Any]:
    """A form of Klaviyo's, as its line."""
    return {"form_id": form_id, "name": name, "live": True, "linked": False, **other}


def form_linkage(**other: Any) -> dict[str, Any]:
    """Form ID linkage of one form, as its block."""
    return {
        "slug": "ab12cd34",
        "form_id": "XyZ123",
        "form_name": "Welcome",
        "cta_label": "Link with LINE",
        "landing_page": "https://shop.test/welcome",
        "timing": "immediate",
        "trigger": None,
        "embed_code": '<script async src="https://links.test/embed/k.js"></script>',
        "button_url": "https://links.test/f/ab12cd34",
        "webhook": None,
        "handed_over": 0,
        "script_seen_at": None,
        "script_seen_on": None,
        **other,
    }


SOURCE = {"segment_id": "SegOld", "segment_name": "Old tool", "property": "line_uid"}
COUNTS = dict.fromkeys(
    [
        "profiles",
        "valid",
        "friends",
        "strangers",
        "erased",
        "empty",
        "malformed",
        "several_ids",
        "new_pairs",
        "linked",
        "already_linked",
        "waiting",
        "shared",
        "conflicts",
        "barred",
        "too_widely_shared",
        "left",
        "stopped",
    ],
    0,
)
NO_IMPORT = {"setting": None, "next_run_at": None, "runs": [], "preview": None}


def preview(**other: Any) -> dict[str, Any]:
    """What an import would find, as the block of `show_import`."""
    found = {
        **SOURCE,
        "profiles": 100,
        "is_whole": True,
        "counts": {**COUNTS, "profiles": 100, "valid": 90, "friends": 80, "empty": 10},
        "shared_ids": 0,
        "sharing_profiles": 0,
        "looks_foreign": False,
        **other,
    }
    return {**NO_IMPORT, "preview": found}


def found(check: str, state: str = "problem", **other: Any) -> dict[str, Any]:
    """One finding of a diagnosis."""
    return {
        "check": check,
        "state": state,
        "says": "It is off." if state == "problem" else "It is fine.",
        "evidence": [{"what": "seen", "value": "this"}],
        "fix": "Mend it." if state == "problem" else "",
        "remedy": None,
        **other,
    }


def advice(method: str, fit: str, because: str, **other: Any) -> dict[str, Any]:
    """The advice on one method."""
    return {
        "method": method,
        "fit": fit,
        "because": because,
        "is_set_up": False,
        "reach": None,
        "counted_at": None,
        **other,
    }


def recommendation(*methods: dict[str, Any], **other: Any) -> dict[str, Any]:
    """A recommendation; the methods that are not given are open."""
    given = {each["method"] for each in methods}
    auto = advice("auto_link", "yes", "always_on", is_set_up=True, reach=3)
    open_ = [
        auto | {"counted_at": "2026-11-01T09:00:00Z"},
        advice("import", "ask", "ids_unread"),
        advice("form_linkage", "ask", "forms_unread"),
        advice("qr_link", "ask", "emails_unknown"),
    ]
    return {
        "friends": 10,
        "linked": 2,
        "untried": 5,
        "methods": [*(e for e in open_ if e["method"] not in given), *methods],
        "forms": [],
        "live_forms": None,
        "sources": [],
        "segments_sampled": None,
        "unread": "Klaviyo could not be reached.",
        **other,
    }


DATA: dict[str, dict[str, Any]] = {
    "recommend_methods": recommendation(),
    "check_setup": {"checks": [check("account"), check("test login", "unknown")]},
    "query_linkage_status": linkage(),
    "create_qr_link": qr_code(),
    "update_qr_link": qr_code(),
    "delete_qr_link": {"slug": "abc2345678", "name": "Newsletter"},
    "show_qr_links": {"qr_links": [qr_code()]},
    "list_forms": {"forms": [form(), form("Abc789", "Footer", live=False)]},
    "configure_form_linkage": form_linkage(),
    "remove_form_linkage": {"form_id": "XyZ123", "form_name": "Welcome"},
    "show_form_linkage": {"form_linkages": []},
    "list_segments": {
        "segments": [
            {
                "id": "SegOld",
                "name": "Old tool",
                "is_active": True,
                "is_processing": False,
            },
            {"id": "SegVip", "name": "VIP", "is_active": True, "is_processing": False},
        ],
        "more": 0,
    },
    "list_profile_properties": {
        "segment_id": "SegOld",
        "segment_name": "Old tool",
        "looked_at": 100,
        "properties": [
            {"name": "line_uid", "profiles": 90, "line_user_ids": 90},
            {"name": "Birthday", "profiles": 20, "line_user_ids": 0},
        ],
    },
    "start_import": {**SOURCE, "warnings": [], "former": None},
    "stop_import": SOURCE,
    "show_import": NO_IMPORT,
    "create_segment": {
        "segment_id": 7,
        "name": "Unlinked",
        "conditions": {},
        "friends": 8,
    },
    "delete_segment": {"segment_id": 7, "name": "Unlinked"},
    "show_segments": {
        "segments": [
            {
                "segment_id": 7,
                "name": "Unlinked",
                "conditions": {"klaviyo_id_linkage": "unlinked"},
            }
        ]
    },
    "set_auto_link": {"integration_on": True, "auto_link_on": True},
    "set_integration": {"integration_on": True, "auto_link_on": True},
    "resolve_conflict": {
        "line_user_id": FRIEND,
        "profile_id": "01PROFILE",
        "decision": "keep",
        "unlinked": [],
    },
    "unlink_friend": {"line_user_id": FRIEND, "profile_id": "01PROFILE"},
    "erase_friend": {"was_linked": True},
    "diagnose_linkage": {
        "symptom": "not_linked",
        "findings": [found("integration"), found("klaviyo_account", "ok")],
        "left_out": 0,
    },
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
        tools = [call["name"] for call in answer.tool_calls]
        self.called += tools
        if any(tool not in READS or tool not in self._data for tool in tools):
            return answer
        *before, last = answer.tool_calls
        for call in before:
            self.messages.append(self._looked(call))
        return self._hear(self._looked(last))

    def _looked(self, call: ToolCall) -> ToolMessage:
        found = self._data[call["name"]]
        said = json.dumps({"status": "done", "data": found, "text": "Looked."})
        return ToolMessage(said, tool_call_id=str(call["id"]))


def how(message: BaseMessage) -> dict[str, Any]:
    """What the planner says about how it came to an answer."""
    return cast("dict[str, Any]", message.response_metadata["planner"])
