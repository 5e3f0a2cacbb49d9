"""The state of the shop: its customers' inboxes and the emails in them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from marketing_agent.sandbox.shop.landing import Landing
from marketing_agent.sandbox.shop.links import with_exchange_id
from marketing_agent.sandbox.shop.merge import check, render, variables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from marketing_agent.sandbox.shop.customers import Customer, CustomerSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One email in one inbox, rendered when it was sent."""

    id: str
    customer_id: str
    subject: str
    html: str
    sent_at: datetime


def _now() -> datetime:
    return datetime.now(UTC)


class ShopWorld:
    """A shop that can email everyone on its list.

    `exchange_id` gives a customer's `_kx`, percent-encoded as links carry it (None:
    links stay as written).
    `line_user_of` says which LINE user holds a customer's phone, so that opening an
    inbox in a browser also decides who LINE sees there.
    `landing` is what stands on its landing pages; assign another one to change them.
    """

    def __init__(
        self,
        *,
        customers: CustomerSource,
        name: str = "Hana Coffee",
        url: str = "",
        clock: Callable[[], datetime] = _now,
        exchange_id: Callable[[Customer], str] | None = None,
        line_user_of: Callable[[Customer], str | None] | None = None,
    ) -> None:
        self.customers = customers
        self.name = name
        self.url = url
        self.clock = clock
        self.exchange_id = exchange_id
        self.line_user_of = line_user_of
        self.landing = Landing()
        self.base_url = ""
        self._mails: dict[str, Mail] = {}
        self._numbers = itertools.count(1)

    def send(self, subject: str, html_template: str) -> tuple[Mail, ...]:
        """Deliver one email to every customer with an address, newest state of each.

        Raises MergeError, before anything is delivered, for a tag no tool would save.
        """
        check(subject)
        check(html_template)
        number = next(self._numbers)
        mails = tuple(
            self._mail(number, customer, subject, html_template)
            for customer in self.customers()
            if customer.email
        )
        self._mails.update((mail.id, mail) for mail in mails)
        return mails

    def customer(self, customer_id: str) -> Customer | None:
        """One customer as they are now."""
        found = (each for each in self.customers() if each.id == customer_id)
        return next(found, None)

    def inbox(self, customer_id: str) -> tuple[Mail, ...]:
        """A customer's emails, newest first."""
        mails = [m for m in self._mails.values() if m.customer_id == customer_id]
        return tuple(reversed(mails))

    def mail(self, customer_id: str, mail_id: str) -> Mail | None:
        """One email, if it is in this customer's inbox."""
        mail = self._mails.get(mail_id)
        return mail if mail and mail.customer_id == customer_id else None

    def _mail(
        self, number: int, customer: Customer, subject: str, template: str
    ) -> Mail:
        known = variables(customer, self._organization())
        html = render(template, known)
        if self.exchange_id is not None:
            html = with_exchange_id(html, self.exchange_id(customer))
        return Mail(
            id=f"{number}-{customer.id}",
            customer_id=customer.id,
            subject=render(subject, known),
            html=html,
            sent_at=self.clock(),
        )

    def _organization(self) -> Mapping[str, str]:
        return {"name": self.name, "url": self.url}
