"""What a form's setting says by the time of the login.

For custom QR codes `test_changed_qr_codes` goes the whole way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from marketing_agent.core.door import Admitted, Gate, Refused
from marketing_agent.core.facts import Evidence, FormId, Method
from marketing_agent.core.form_linkage import FormLinkageDraft, FormTiming, FormTrigger
from marketing_agent.core.match import MatchRule
from marketing_agent.core.signals import EmailAddress, PhoneNumber
from marketing_agent.services import tickets
from marketing_agent.services.ticket_settings import Terms, terms_of
from marketing_agent.storage import form_linkages

if TYPE_CHECKING:
    from marketing_agent.core.door import DoorVerdict
    from tests.desk import Desk

FORM: Final = FormId("XyZ123")
EMAIL: Final = Admitted(email=EmailAddress("hana.sato@mail.test"))
BOTH: Final = Admitted(
    email=EmailAddress("hana.sato@mail.test"), phone=PhoneNumber("+819000000011")
)
UNREADABLE: Final = Refused(row=7, why=Gate.NO_SIGNAL)


async def _terms(
    desk: Desk,
    verdict: DoorVerdict,
    trigger: FormTrigger | None = None,
    *,
    removed: bool = False,
    confirmed_by: FormId | None = None,
) -> Terms:
    """Save the setting, hand a submission over, and ask at the login."""
    timing = FormTiming.FLOW if trigger else FormTiming.IMMEDIATE
    draft = FormLinkageDraft(
        form_id=FORM,
        cta_label="Link with LINE",
        landing_page="https://shop.test/welcome",
        timing=timing,
        trigger=trigger,
    )
    now = desk.clock()
    async with desk.ground.database.transaction() as tx:
        saved = await form_linkages.save(
            tx, desk.merchant_id, draft, now, form_name="Welcome", secret_sealed=b"x"
        )
        if removed:
            await form_linkages.remove(tx, desk.merchant_id, saved.slug, now)
        ticket = tickets.new_ticket(
            Method.FORM_LINKAGE,
            desk.merchant_id,
            saved.slug,
            verdict,
            now,
            confirmed_by=confirmed_by,
        )
        return await terms_of(tx, ticket)


@pytest.mark.parametrize(
    ("verdict", "trigger", "confirmed_by", "evidence"),
    [
        (EMAIL, None, None, Evidence.ONE_SIGNAL),
        (BOTH, None, None, Evidence.BOTH_SIGNALS),
        (EMAIL, FormTrigger.SUBMITTED_FORM, FORM, Evidence.ONE_SIGNAL),
        (EMAIL, FormTrigger.SUBSCRIBED_TO_LIST, FORM, Evidence.CONFIRMED_OR_KLAVIYO_ID),
        (EMAIL, FormTrigger.SUBSCRIBED_TO_LIST, None, Evidence.ONE_SIGNAL),
    ],
)
async def test_a_form_claims_by_either_signal(
    desk: Desk,
    verdict: DoorVerdict,
    trigger: FormTrigger | None,
    confirmed_by: FormId | None,
    evidence: Evidence,
) -> None:
    """Only a claim that waits for a double opt-in is worth more than its signals."""
    terms = await _terms(desk, verdict, trigger, confirmed_by=confirmed_by)

    assert terms == Terms(refused=None, rule=MatchRule.EITHER, evidence=evidence)


async def test_row_4_a_removed_form_linkage_takes_nobody(desk: Desk) -> None:
    """The customer was on the way when the merchant removed it."""
    terms = await _terms(desk, EMAIL, removed=True)

    assert terms.refused == Refused(row=4, why=Gate.SETTING_REMOVED)


async def test_the_refusal_at_the_door_is_the_one_that_counts(desk: Desk) -> None:
    """What was unusable when submitted is told, whatever the setting says now."""
    terms = await _terms(desk, UNREADABLE, removed=True)

    assert terms.refused == UNREADABLE
