"""Flows of one webhook action, in the published shape (`FlowDefinition`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

FlowStatus: TypeAlias = Literal["draft", "manual", "live"]
FORM_FIELD = "form_id"
"""The event property that names the form. What Klaviyo calls it is not documented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricTrigger:
    """Each event of a metric, or those whose property `field` has this value."""

    metric_id: str
    field: str | None = None
    value: str | None = None

    def written(self) -> dict[str, Any]:
        """Write the trigger."""
        if self.field is None:
            return {"type": "metric", "id": self.metric_id, "trigger_filter": None}
        condition = {
            "type": "metric-property",
            "metric_id": self.metric_id,
            "field": self.field,
            "filter": {"type": "string", "operator": "equals", "value": self.value},
        }
        groups = [{"conditions": [condition]}]
        chosen = {"condition_groups": groups}
        return {"type": "metric", "id": self.metric_id, "trigger_filter": chosen}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTrigger:
    """Everyone who comes onto the list."""

    list_id: str

    def written(self) -> dict[str, Any]:
        """Write the trigger."""
        return {"type": "list", "id": self.list_id}


Trigger: TypeAlias = MetricTrigger | ListTrigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One flow: when it is triggered it calls one webhook.

    `url`, `headers` and `body` are the action's; the body is text with merge tags.
    """

    id: str
    action_id: str
    name: str
    trigger: Trigger
    url: str
    headers: Mapping[str, str]
    body: str
    created: datetime
    updated: datetime
    status: FlowStatus = "live"
    archived: bool = False

    @property
    def trigger_type(self) -> str:
        """The kind of trigger, in Klaviyo's words."""
        return "Metric" if isinstance(self.trigger, MetricTrigger) else "Added to List"

    @property
    def definition(self) -> dict[str, Any]:
        """The definition as Klaviyo writes it.

        Headers are shown, though Klaviyo may hide them: its UI does, in part.
        """
        message = {
            "url": self.url,
            "headers": dict(self.headers),
            "body": self.body,
            "name": self.name,
            "id": f"{self.action_id}-message",
        }
        action = {
            "id": self.action_id,
            "type": "send-webhook",
            "links": {"next": None},
            "data": {"message": message, "status": self.status},
        }
        return {
            "triggers": [self.trigger.written()],
            "profile_filter": None,
            "actions": [action],
            "entry_action_id": self.action_id,
        }
