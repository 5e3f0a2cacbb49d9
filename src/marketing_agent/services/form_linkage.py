"""Form ID linkage: the writes with their inverses, and what the merchant copies.

A write's result holds the setting as it was then. The webhook's secret is in no result:
a signed-in owner reads it (`form_secrets`), no tool and no model ever does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marketing_agent.core.errors import Conflict, NotFound
from marketing_agent.core.facts import FormId
from marketing_agent.core.form_linkage import (
    FormLinkage,
    FormLinkageDraft,
    FormTiming,
    FormTrigger,
    embed_code,
    submission_details,
)
from marketing_agent.services import form_secrets, klaviyo_forms
from marketing_agent.services.changes import Call, Written
from marketing_agent.storage import form_linkages, merchants

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.changes import Json, Write
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.merchants import Merchant


class FormTaken(Conflict):
    """The form "{form}" has another form linkage now. Remove that one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLinkageSheet:
    """A saved setting with everything that a merchant copies from it."""

    form_linkage: FormLinkage
    embed_code: str
    """The Landing Page Embed Code."""
    button_url: str
    """The Success Screen Button URL."""
    linking_url: str
    """Of Linking Settings After Form Submission: the Webhook action's URL."""
    submission_details: str
    """Of the same: the Webhook action's JSON body."""
    secret_is_at: str
    """Where a signed-in owner reads the secret header."""


def configure(
    ground: Ground, draft: FormLinkageDraft, *, renew_secret: bool = False
) -> Write:
    """The write that creates the form's setting, or changes the one in use.

    Raises UnknownForm, SetupMissing and PlatformError. `renew_secret` gives the webhook
    a new one; undoing the change does not bring back a secret that may have leaked.
    """

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        name = await klaviyo_forms.name_of(ground, tx, merchant_id, draft.form_id)
        former = await form_linkages.of_form(tx, merchant_id, draft.form_id)
        if former is None:
            return await _create(ground, tx, merchant_id, draft, name)
        if renew_secret:
            await form_secrets.renew(ground, tx, merchant_id, former.slug)
        made = await change(ground, former.slug, draft, name)(tx, merchant_id)
        made.result["new_secret"] = renew_secret
        return made

    return write


def change(ground: Ground, slug: str, draft: FormLinkageDraft, form_name: str) -> Write:
    """The write that gives a setting other contents. It raises NotFound.

    The slug stays, and so do the claims of customers who logged in before.
    """

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        former = _there(slug, await form_linkages.find(tx, merchant_id, slug))
        saved = await form_linkages.change(
            tx, merchant_id, slug, draft, ground.clock(), form_name=form_name
        )
        undo = {"slug": slug, **_contents(former)}
        return _written(_there(slug, saved), "update_form_linkage", undo, former)

    return write


def remove(ground: Ground, form_id: FormId) -> Write:
    """The write that takes the form's setting out of use. It raises NotFound.

    Links that it made stay, and whoever logged in before is still decided. A button
    that was tapped before leads to "no longer in use".
    """

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        found = await form_linkages.of_form(tx, merchant_id, form_id)
        slug = _there(form_id, found).slug
        return await remove_slug(ground, slug)(tx, merchant_id)

    return write


def remove_slug(ground: Ground, slug: str) -> Write:
    """The same by the setting's slug."""

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        gone = await form_linkages.remove(tx, merchant_id, slug, ground.clock())
        return _written(_there(slug, gone), "restore_form_linkage", {"slug": slug})

    return write


def restore(ground: Ground, slug: str) -> Write:
    """The write that brings a removed setting back. It raises NotFound, FormTaken."""

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        removed = _there(slug, await form_linkages.find_ever(tx, merchant_id, slug))
        if await form_linkages.of_form(tx, merchant_id, removed.form_id) is not None:
            raise FormTaken(form=removed.form_name)
        back = await form_linkages.restore(tx, merchant_id, slug, ground.clock())
        return _written(_there(slug, back), "remove_form_linkage", {"slug": slug})

    return write


def draft_of(contents: Mapping[str, Any]) -> FormLinkageDraft:
    """The draft that a result or an inverse holds. Raises BadInput."""
    trigger = contents["trigger"]
    return FormLinkageDraft(
        form_id=FormId(contents["form_id"]),
        cta_label=contents["cta_label"],
        landing_page=contents["landing_page"],
        timing=FormTiming(contents["timing"]),
        trigger=None if trigger is None else FormTrigger(trigger),
    )


async def as_written(
    ground: Ground, merchant_id: int, result: Json
) -> FormLinkageSheet:
    """The setting as a write left it, whatever became of it since."""
    draft = draft_of(result)
    saved = FormLinkage(
        slug=result["slug"],
        form_name=result["form_name"],
        handed_over=result["handed_over"],
        form_id=draft.form_id,
        cta_label=draft.cta_label,
        landing_page=draft.landing_page,
        timing=draft.timing,
        trigger=draft.trigger,
    )
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
    return sheet(ground, merchant, saved)


async def show(ground: Ground, merchant_id: int) -> list[FormLinkageSheet]:
    """All settings in use, newest first."""
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
        saved = await form_linkages.of_merchant(tx, merchant_id)
    return [sheet(ground, merchant, each) for each in saved]


async def show_one(
    ground: Ground, merchant_id: int, form_id: FormId
) -> FormLinkageSheet:
    """The setting of this form, as when its screen is reopened. Raises NotFound."""
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
        found = await form_linkages.of_form(tx, merchant_id, form_id)
    return sheet(ground, merchant, _there(form_id, found))


def sheet(ground: Ground, merchant: Merchant, saved: FormLinkage) -> FormLinkageSheet:
    """The copyable values of a saved setting."""
    url = ground.public_url
    return FormLinkageSheet(
        form_linkage=saved,
        embed_code=embed_code(url, merchant.embed_key),
        button_url=saved.button_url(url),
        linking_url=saved.webhook_url(url, merchant.webhook_key),
        submission_details=submission_details(saved.form_id),
        secret_is_at=f"{url}/api/v1/form-linkages/{saved.slug}/webhook",
    )


async def _create(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    draft: FormLinkageDraft,
    form_name: str,
) -> Written:
    saved = await form_linkages.save(
        tx,
        merchant_id,
        draft,
        ground.clock(),
        form_name=form_name,
        secret_sealed=form_secrets.new_secret(ground),
    )
    return _written(saved, "remove_form_linkage", {"slug": saved.slug})


def _written(
    saved: FormLinkage, undo: str, arguments: Json, former: FormLinkage | None = None
) -> Written:
    result = {
        "slug": saved.slug,
        "handed_over": saved.handed_over,
        **_contents(saved),
    }
    if former is not None:
        result["former"] = _contents(former)
    return Written(
        result=result,
        inverse=Call(tool=undo, arguments=arguments),
        # By form, since a form has one at a time, whatever its slug.
        target=f"form_linkage:{saved.form_id}",
    )


def _contents(saved: FormLinkage) -> Json:
    return {
        "form_id": saved.form_id,
        "form_name": saved.form_name,
        "cta_label": saved.cta_label,
        "landing_page": saved.landing_page,
        "timing": saved.timing.value,
        "trigger": None if saved.trigger is None else saved.trigger.value,
    }


def _there(name: str, found: FormLinkage | None) -> FormLinkage:
    if found is None:
        raise NotFound(noun="form linkage", name=name[:40])
    return found
