"""A way that a customer may come: the parts of one method, and what goes around them.

Parts are the login, the friendship, or the moment at which Klaviyo shows the profile.
They may come in any order, and all of them together link.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from marketing_agent.sandbox.phone import Phone
from marketing_agent.sandbox.seed import PERSONAS
from tests.desk import EMAIL, HOUSE

if TYPE_CHECKING:
    import httpx

    from marketing_agent.sandbox.seed import Persona
    from tests.desk import Desk, Json


@dataclass(slots=True)
class Customer:
    """Somebody with a profile in Klaviyo, who is linked by nothing yet."""

    person: Persona
    profile: str
    url: str = ""
    """Where the method begins on the phone."""


@dataclass(slots=True)
class Way:
    """One method at one desk; `parts` may be taken in any order."""

    desk: Desk
    method: ClassVar[str]
    parts: ClassVar[tuple[str, ...]]
    logs_in: ClassVar[bool] = True
    """Whether the customer logs in to LINE, which lifts their own unlink."""
    by_email: ClassVar[bool] = True
    """Whether the profile is found by its email address."""
    minutes: ClassVar[int] = 1
    """How long it takes at most until the work of a part has been done."""
    known: int = 0

    async def set_up(self) -> None:
        """What the merchant does once."""
        raise NotImplementedError

    async def meet(self) -> Customer:
        """A new customer, before the first part."""
        self.known += 1
        key = f"{self.method}-{self.known}"
        person = replace(
            PERSONAS[0],
            key=key,
            email=f"{key}@mail.test",
            phone=f"+8190000001{self.known:02}",
        )
        self.desk.line.add_user(person.line_name, user_id=person.line_user_id)
        customer = Customer(person=person, profile=self.desk.klaviyo.add_profile())
        await self.begin(customer)
        return customer

    async def begin(self, customer: Customer) -> None:
        """Where the method begins for this customer."""

    async def take(self, customer: Customer, part: str) -> None:
        """Let one part of the way happen."""
        klaviyo, line_user = self.desk.klaviyo, customer.person.line_user_id
        match part:
            case "found":
                email = {"email": customer.person.email}
                klaviyo.edit_profile(customer.profile, email, PropertyEdit())
            case "follow":
                await self.desk.line.follow(line_user)
                await self.desk.line.webhooks_settled()
            case "login":
                await self.desk.join(line_user, customer.url, add_friend=False)
            case _:
                raise AssertionError(part)

    async def work(self, times: int = 2) -> None:
        """What workers do in the next minutes."""
        for _ in range(times):
            self.desk.clock.move(minutes=self.minutes)
            await self.desk.work()

    async def link(self) -> Customer:
        """A customer who has gone the whole way."""
        customer = await self.meet()
        for part in self.parts:
            await self.take(customer, part)
        await self.work()
        assert (await self.info(customer))["linked"]
        return customer

    async def again(self, customer: Customer) -> None:
        """Let the customer go the same way once more, as something new."""
        self.desk.clock.move(minutes=1)
        await self.begin(customer)
        await self.take(customer, "login")

    async def repeat(self, customer: Customer) -> None:
        """Tell everything again that the way has told already."""
        await self.take(customer, "login")

    async def info(self, customer: Customer) -> Json:
        """Klaviyo Sync Info of the customer."""
        friend = {"line_user_id": customer.person.line_user_id}
        return await self.desk.block("query_linkage_status", friend)


async def unlink_as_customer(way: Way, customer: Customer) -> None:
    """Log in from an email with somebody else's address, and tap "unlink"."""
    desk, line_user = way.desk, customer.person.line_user_id
    card = await desk.write("create_qr_link", EMAIL | {"name": "Account"})
    url = f"{HOUSE}/l/{card['slug']}?email=nobody.known@mail.test"
    async with Phone(line_user, language="en", transport=desk.network) as phone:
        consent = await phone.tap(await phone.open(url), "log-in")
        done = await phone.log_in(consent)
        unlinked = await phone.submit(done, "unlink")
    assert unlinked.title == "You have unlinked your LINE account"


def set_property(desk: Desk, profile: str, name: str, value: Any) -> None:
    """Let another tool write a property."""
    desk.klaviyo.edit_profile(profile, {}, PropertyEdit(set_to={name: value}))


async def enter(desk: Desk, line_user: str, email: str) -> httpx.Response:
    """Enter a friend's email address, as a person of the merchant does."""
    token = desk.tokens.token_for(desk.caller())
    answer = await desk.http.put(
        f"/api/v1/friends/{line_user}/contact",
        json={"email": email},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200, answer.text
    return answer


async def deliver_again(desk: Desk) -> None:
    """LINE delivers every webhook once more, as it does when it had no answer."""
    webhooks = desk.line.webhooks
    for delivery in tuple(webhooks.deliveries):
        signed = {"x-line-signature": delivery.signature}
        answer = await desk.http.post(
            str(webhooks.endpoint), content=delivery.body, headers=signed
        )
        assert answer.status_code == 200
