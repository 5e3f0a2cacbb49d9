"""The account's flows: what sets them off, and the webhooks that they call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, assert_never
from urllib.parse import urlsplit

from marketing_agent.sandbox.klaviyo.flow_definitions import (
    FORM_FIELD,
    Flow,
    FlowStatus,
    ListTrigger,
    MetricTrigger,
    Trigger,
)
from marketing_agent.sandbox.klaviyo.merge_tags import context_of, rendered
from marketing_agent.sandbox.klaviyo.refusals import Invalid, NotFound
from marketing_agent.sandbox.klaviyo.webhook_calls import (
    Delivery,
    WebhookCall,
    WebhookCalls,
)

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from marketing_agent.sandbox.klaviyo.account import Account
    from marketing_agent.sandbox.klaviyo.events import RecordedEvent
    from marketing_agent.sandbox.klaviyo.identifiers import Mint
    from marketing_agent.sandbox.klaviyo.profiles import SandboxProfile

TriggerName: TypeAlias = Literal["submitted_form", "subscribed_to_list"]
SUBMITTED_FORM = "Form submitted by profile"
SUBSCRIBED_TO_LIST = "Subscribed to List"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Flows:
    """The flows; every method may be called from any thread.

    `webhooks` sends the calls, and misbehaves on request.
    """

    def __init__(
        self,
        account: Account,
        mint: Mint,
        clock: Callable[[], datetime],
        lock: threading.RLock,
        *,
        metric_id: Callable[[str], str],
        webhooks: WebhookCalls,
    ) -> None:
        self._account = account
        self._mint = mint
        self._clock = clock
        self._lock = lock
        self._metric_id = metric_id
        self._flows: dict[str, Flow] = {}
        self.webhooks = webhooks

    @property
    def calls(self) -> tuple[Delivery, ...]:
        """Every POST to a webhook so far, oldest first."""
        return tuple(self.webhooks.deliveries)

    def add_webhook_flow(
        self,
        name: str,
        *,
        trigger: TriggerName,
        url: str,
        body: str,
        headers: Mapping[str, str] | None = None,
        form_id: str | None = None,
        list_id: str | None = None,
        status: FlowStatus = "live",
    ) -> str:
        """Make a flow that calls a webhook and return its id.

        `submitted_form`: at each submission, or those of one form (a trigger filter).
        `subscribed_to_list`: with `list_id` a list trigger, without it the metric.
        `body` is text with merge tags, rendered when the flow is set off. Only a live
        flow calls.

        Raises:
            Invalid: the URL is not https (loopback apart).
            NotEmulated: the body has a template filter unknown here.

        """
        if not _allowed(url):
            raise Invalid("The webhook URL must be https.")
        rendered(body, {})
        with self._lock:
            at = self._clock().replace(microsecond=0)
            flow = Flow(
                id=self._mint.short_id(6),
                action_id=self._mint.number(8),
                name=name,
                trigger=self._trigger(trigger, form_id, list_id),
                url=url,
                headers=dict(headers or {}),
                body=body,
                created=at,
                updated=at,
                status=status,
            )
            self._flows[flow.id] = flow
            return flow.id

    def edit(self, flow_id: str, **changes: Any) -> None:
        """Change fields of a flow, such as `status`, `url` or `body`.

        Raises:
            NotFound: there is no such flow.

        """
        with self._lock:
            at = self._clock().replace(microsecond=0)
            changed = replace(self.get(flow_id), **{"updated": at, **changes})
            self._flows[flow_id] = changed

    def remove(self, flow_id: str) -> None:
        """Delete a flow.

        Raises:
            NotFound: there is no such flow.

        """
        with self._lock:
            del self._flows[self.get(flow_id).id]

    def get(self, flow_id: str) -> Flow:
        """Give a flow.

        Raises:
            NotFound: there is none, or no longer.

        """
        flow = self._flows.get(flow_id)
        if flow is None:
            raise NotFound(f"A flow with id {flow_id} does not exist.")
        return flow

    def all(self) -> tuple[Flow, ...]:
        """List the flows, oldest first."""
        with self._lock:
            return tuple(self._flows.values())

    def notice_event(self, event: RecordedEvent, profile: SandboxProfile) -> None:
        """Run the live flows that this event sets off; a backfilled one sets off none.

        That a backfilled event triggers nothing is so since revision 2026-07-15.
        """
        if event.backfill:
            return
        for flow in self.all():
            match flow.trigger:
                case MetricTrigger() if _meant(flow.trigger, event):
                    self._run(flow, profile, event.properties)
                case _:
                    pass

    def notice_subscription(self, list_id: str, profile: SandboxProfile) -> None:
        """Run the live flows of a list that the profile came onto."""
        for flow in self.all():
            if flow.trigger == ListTrigger(list_id=list_id):
                self._run(flow, profile, None)

    def _run(
        self, flow: Flow, profile: SandboxProfile, event: Mapping[str, Any] | None
    ) -> None:
        if flow.status != "live" or flow.archived:
            return
        context = context_of(profile, self._account, event)
        self.webhooks.make(
            WebhookCall(
                flow_id=flow.id,
                profile_id=profile.id,
                url=flow.url,
                headers=flow.headers,
                body=rendered(flow.body, context),
            )
        )

    def _trigger(
        self, name: TriggerName, form_id: str | None, list_id: str | None
    ) -> Trigger:
        match name:
            case "submitted_form":
                metric = self._metric_id(SUBMITTED_FORM)
                field = FORM_FIELD if form_id else None
                return MetricTrigger(metric_id=metric, field=field, value=form_id)
            case "subscribed_to_list":
                if list_id:
                    return ListTrigger(list_id=list_id)
                return MetricTrigger(metric_id=self._metric_id(SUBSCRIBED_TO_LIST))
            case _:
                assert_never(name)


def _meant(trigger: MetricTrigger, event: RecordedEvent) -> bool:
    if trigger.metric_id != event.metric.id:
        return False
    return trigger.field is None or (
        event.properties.get(trigger.field) == trigger.value
    )


def _allowed(url: str) -> bool:
    parts = urlsplit(url)
    loopback = parts.scheme == "http" and parts.hostname in _LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or loopback)
