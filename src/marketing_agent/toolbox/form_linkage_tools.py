"""Tools about Form ID linkage. No result ever holds the secret of a webhook."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import Field

from marketing_agent.core.facts import FormId
from marketing_agent.core.form_linkage import (
    LINKING_KEY_HEADER,
    FormLinkageDraft,
    FormTiming,
    FormTrigger,
)
from marketing_agent.services import form_linkage, klaviyo_forms
from marketing_agent.services.klaviyo_forms import shown_name
from marketing_agent.toolbox.registry import (
    Arguments,
    Block,
    ReadTool,
    ToolResult,
    WriteTool,
)

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.platforms.klaviyo.forms_wire import KlaviyoForm
    from marketing_agent.services.changes import Json, Write
    from marketing_agent.services.form_linkage import FormLinkageSheet
    from marketing_agent.services.ground import Ground

_FORM_ID: Final = r"^[A-Za-z0-9_-]{1,40}$"
_FORM_ID_IS: Final = "The id of the Klaviyo form, as list_forms tells it."


class ListForms(Arguments):
    """All forms, or those whose name has this text in it."""

    name: str | None = Field(
        default=None, max_length=200, description="A part of the form's name."
    )


class ConfigureFormLinkage(Arguments):
    """The setting of one form as it should be; what is left out is as its default."""

    form_id: str = Field(pattern=_FORM_ID, description=f"Target Form. {_FORM_ID_IS}")
    cta_label: str = Field(
        description="CTA Label: the text of the link button, 1 to 40 characters, such "
        'as "Link with LINE".'
    )
    landing_page: str = Field(
        description="https address of the page where the Klaviyo form is placed."
    )
    timing: FormTiming = Field(
        default=FormTiming.IMMEDIATE,
        description="immediate: links once the form is submitted. flow: only once a "
        "Klaviyo flow calls the webhook.",
    )
    trigger: FormTrigger | None = Field(
        default=None,
        description="With timing flow: what triggers that flow. subscribed_to_list "
        "comes after double opt-in.",
    )
    renew_header: bool = Field(
        default=False,
        description="Give the flow's webhook a new secret header; the old one is "
        "accepted for 24 hours more.",
    )

    def draft(self) -> FormLinkageDraft:
        """What is to be saved. Raises a BadInput that says what to change."""
        return FormLinkageDraft(
            form_id=FormId(self.form_id),
            cta_label=self.cta_label,
            landing_page=self.landing_page,
            timing=self.timing,
            trigger=self.trigger,
        )


class RemoveFormLinkage(Arguments):
    """The form whose setting is to be removed."""

    form_id: str = Field(pattern=_FORM_ID, description=_FORM_ID_IS)


class ShowFormLinkage(Arguments):
    """All settings, or one form's; all if no name has this."""

    form_id: str | None = Field(default=None, pattern=_FORM_ID, description=_FORM_ID_IS)
    form_name: str | None = Field(
        default=None, max_length=200, description="A part of its name."
    )


class FormLine(Block):
    """A form of the Klaviyo account."""

    form_id: str
    name: str
    live: bool
    linked: bool
    """Whether Form ID linkage is set up for it."""


class FormList(Block):
    """The account's forms, the last edited first."""

    forms: list[FormLine]


class FormWebhook(Block):
    """Linking Settings After Form Submission. The secret is not in here."""

    linking_url: str
    header: str
    secret_is_at: str
    """Where a signed-in owner reads the value of the header."""
    submission_details: str
    last_call_at: datetime | None


class FormLinkageCard(Block):
    """Form ID linkage of one form, with everything to copy."""

    slug: str
    form_id: str
    form_name: str
    cta_label: str
    landing_page: str
    timing: FormTiming
    trigger: FormTrigger | None
    embed_code: str
    button_url: str
    webhook: FormWebhook | None
    """Only with timing by a flow."""
    handed_over: int
    script_seen_at: datetime | None
    script_seen_on: str | None


class RemovedFormLinkage(Block):
    """A form that no longer links."""

    form_id: str
    form_name: str


class FormLinkageList(Block):
    """The settings in use, newest first."""

    form_linkages: list[FormLinkageCard]


async def _list(ground: Ground, caller: Caller, taken: ListForms) -> ToolResult:
    found = await klaviyo_forms.forms_of(ground, caller.merchant_id)
    if taken.name is not None:
        part = taken.name.casefold()
        found = [form for form in found if part in form.name.casefold()]
    sheets = await form_linkage.show(ground, caller.merchant_id)
    linked = {sheet.form_linkage.form_id for sheet in sheets}
    lines = [_form_line(form, linked=form.id in linked) for form in found]
    nothing = "Klaviyo has no such form." if taken.name else "Klaviyo has no form yet."
    text = "\n".join(map(_form_said, lines)) or nothing
    return ToolResult(text=text, block=FormList(forms=lines))


def _form_line(form: KlaviyoForm, *, linked: bool) -> FormLine:
    name = shown_name(form.name)
    return FormLine(form_id=form.id, name=name, live=form.live, linked=linked)


def _form_said(line: FormLine) -> str:
    state = "live" if line.live else "draft"
    ending = ", linked with LINE" if line.linked else ""
    return f"- {line.name} ({line.form_id}): {state}{ending}"


def _configure(ground: Ground, taken: ConfigureFormLinkage) -> Write:
    draft = taken.draft()
    return form_linkage.configure(ground, draft, renew_secret=taken.renew_header)


def _remove(ground: Ground, taken: RemoveFormLinkage) -> Write:
    return form_linkage.remove(ground, FormId(taken.form_id))


async def _tell_configured(ground: Ground, caller: Caller, result: Json) -> ToolResult:
    sheet = await form_linkage.as_written(ground, caller.merchant_id, result)
    card = _card(sheet)
    saved = "changed" if "former" in result else "saved"
    text = (
        f'Form ID linkage for the form "{card.form_name}" is {saved}. Add '
        f"the Landing Page Embed Code to {card.landing_page}: {card.embed_code} Then "
        "add a Button block to the Success screen of the form, with the text "
        f'"{card.cta_label}" and Go to URL set to {card.button_url}'
    )
    if card.webhook is not None:
        text += f" {_webhook_said(card.webhook)}"
    if result.get("new_secret"):
        text += " The secret is new; the old one is accepted for 24 hours more."
    return ToolResult(text=text, block=card)


def _webhook_said(webhook: FormWebhook) -> str:
    return (
        "Then create a Klaviyo flow with a Webhook action: Linking URL "
        f"{webhook.linking_url}, header {webhook.header} (an owner reads its value at "
        f"{webhook.secret_is_at}), Submission Details {webhook.submission_details}"
    )


async def _tell_removed(_ground: Ground, _caller: Caller, result: Json) -> ToolResult:
    block = RemovedFormLinkage(
        form_id=result["form_id"], form_name=shown_name(result["form_name"])
    )
    text = (
        f'Form ID linkage for the form "{block.form_name}" is removed. Its '
        "button no longer links; customers who are linked stay linked. Take the button "
        "out of the form's Success screen."
    )
    return ToolResult(text=text, block=block)


async def _show(ground: Ground, caller: Caller, taken: ShowFormLinkage) -> ToolResult:
    if taken.form_id is None:
        sheets = await form_linkage.show(ground, caller.merchant_id)
        part = (taken.form_name or "").casefold()
        named = [s for s in sheets if part in s.form_linkage.form_name.casefold()]
        sheets = named or sheets
    else:
        form_id = FormId(taken.form_id)
        sheets = [await form_linkage.show_one(ground, caller.merchant_id, form_id)]
    cards = [_card(sheet) for sheet in sheets]
    text = "\n".join(map(_line, cards)) or "No form is linked with LINE yet."
    return ToolResult(text=text, block=FormLinkageList(form_linkages=cards))


def _card(sheet: FormLinkageSheet) -> FormLinkageCard:
    saved = sheet.form_linkage
    return FormLinkageCard(
        slug=saved.slug,
        form_id=saved.form_id,
        form_name=shown_name(saved.form_name),
        cta_label=saved.cta_label,
        landing_page=saved.landing_page,
        timing=saved.timing,
        trigger=saved.trigger,
        embed_code=sheet.embed_code,
        button_url=sheet.button_url,
        webhook=_webhook(sheet) if saved.timing is FormTiming.FLOW else None,
        handed_over=saved.handed_over,
        script_seen_at=saved.script_seen_at,
        script_seen_on=saved.script_seen_on,
    )


def _webhook(sheet: FormLinkageSheet) -> FormWebhook:
    return FormWebhook(
        linking_url=sheet.linking_url,
        header=LINKING_KEY_HEADER,
        secret_is_at=sheet.secret_is_at,
        submission_details=sheet.submission_details,
        last_call_at=sheet.form_linkage.webhook_seen_at,
    )


def _line(card: FormLinkageCard) -> str:
    when = "as soon as it is submitted"
    if card.trigger is not None:
        when = f"after a flow triggered by {_TRIGGERS[card.trigger]}"
    seen = "never" if card.script_seen_at is None else f"{card.script_seen_at:%Y-%m-%d}"
    return (
        f"- {card.form_name} ({card.form_id}): links {when}, "
        f"{card.handed_over} submissions handed over, script last seen {seen}, button "
        f"URL {card.button_url}, embed code {card.embed_code}"
    )


_TRIGGERS: Final = {
    FormTrigger.SUBMITTED_FORM: "Submitted Form",
    FormTrigger.SUBSCRIBED_TO_LIST: "Subscribed to List",
}

TOOLS = (
    ReadTool(name="list_forms", takes=ListForms, gives=FormList, run=_list),
    WriteTool(
        name="configure_form_linkage",
        takes=ConfigureFormLinkage,
        gives=FormLinkageCard,
        write=_configure,
        tell=_tell_configured,
    ),
    WriteTool(
        name="remove_form_linkage",
        takes=RemoveFormLinkage,
        gives=RemovedFormLinkage,
        write=_remove,
        tell=_tell_removed,
    ),
    ReadTool(
        name="show_form_linkage",
        takes=ShowFormLinkage,
        gives=FormLinkageList,
        run=_show,
    ),
)
