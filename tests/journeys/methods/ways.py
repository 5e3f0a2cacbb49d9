"""The four methods, and both timings of the form, as ways that a customer may come.

A customer's way has parts, such as the login, the friendship and the moment at which
Klaviyo shows the profile. They may come in any order, and all of them together link.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from marketing_agent.sandbox.phone import Phone
from marketing_agent.sandbox.seed import PERSONAS
from marketing_agent.services.imports.run import run_import
from tests.desk import EMAIL, HOUSE
from tests.form_desk import FORM, ON_SUBMISSION, open_form

if TYPE_CHECKING:
    import httpx

    from marketing_agent.sandbox.seed import Persona
    from tests.desk import Desk, Json
    from tests.form_desk import FormDesk

SEGMENT: Final = "OldTool"
PROPERTY: Final = "line_uid"
IMPORT: Final = {"segment_id": SEGMENT, "property": PROPERTY}


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


@dataclass(slots=True)
class QrLink(Way):
    """A custom QR code in an email."""

    method = "qr_link"
    parts = ("login", "follow", "found")
    slug: str = ""

    async def set_up(self) -> None:
        """Create the custom QR code."""
        self.slug = (await self.desk.write("create_qr_link", EMAIL))["slug"]

    async def begin(self, customer: Customer) -> None:
        """Open the email and its link: the ticket is made."""
        url = f"{HOUSE}/l/{self.slug}?email={customer.person.email}"
        async with Phone(transport=self.desk.network) as phone:
            customer.url = (await phone.open(url)).url


@dataclass(slots=True)
class Form(Way):
    """A form whose submission links at once."""

    method = "form_linkage"
    parts = ("login", "follow", "found")
    setting: ClassVar[Json] = FORM
    forms: list[FormDesk] = field(default_factory=list)

    async def set_up(self) -> None:
        """Put the form on the landing page."""
        self.forms.append(await open_form(self.desk, self.setting))

    async def begin(self, customer: Customer) -> None:
        """Submit the form: the script on the page hands it over."""
        ticket = await self.forms[0].ticket(email=customer.person.email)
        customer.url = ticket["url"]

    async def repeat(self, customer: Customer) -> None:
        """Hand the same submission over again, and open the first ticket again."""
        await self.forms[0].ticket(email=customer.person.email)
        await Way.repeat(self, customer)


@dataclass(slots=True)
class FormWithFlow(Form):
    """A form whose submission links when the Klaviyo flow's webhook says so."""

    parts = ("login", "follow", "found", "webhook")
    setting: ClassVar[Json] = ON_SUBMISSION

    async def take(self, customer: Customer, part: str) -> None:
        """The flow may be faster than the customer, and than Klaviyo's index."""
        if part != "webhook":
            await Form.take(self, customer, part)
            return
        answer = await self.forms[0].call(customer.profile)
        assert answer.status_code == 202, answer.text

    async def again(self, customer: Customer) -> None:
        """Submit, log in and be confirmed once more."""
        await Form.again(self, customer)
        await self.take(customer, "webhook")

    async def repeat(self, customer: Customer) -> None:
        """Klaviyo repeats a call until it has the answer."""
        await self.take(customer, "webhook")
        await Form.repeat(self, customer)


@dataclass(slots=True)
class Import(Way):
    """LINE User IDs that another tool has left on the profiles of a segment."""

    method = "import"
    parts = ("follow", "written", "joined")
    logs_in = False
    by_email = False
    minutes = 15

    async def set_up(self) -> None:
        """Start the import; somebody else has such a property already."""
        klaviyo = self.desk.klaviyo
        klaviyo.segments.add("Old tool", segment_id=SEGMENT)
        other = klaviyo.add_profile(properties={PROPERTY: f"U{'0' * 32}"})
        klaviyo.segments.put(SEGMENT, other)
        await self.desk.write("start_import", IMPORT)

    async def take(self, customer: Customer, part: str) -> None:
        """The profile joins the segment, and another tool writes its property."""
        match part:
            case "written":
                self.write(customer, customer.person.line_user_id)
            case "joined":
                self.desk.klaviyo.segments.put(SEGMENT, customer.profile)
            case _:
                await Way.take(self, customer, part)

    def write(self, customer: Customer, value: str) -> None:
        """Let another tool write the property."""
        set_property(self.desk, customer.profile, PROPERTY, value)

    async def work(self, times: int = 2) -> None:
        """A run of the import comes every quarter of an hour."""
        for _ in range(times):
            self.desk.clock.move(minutes=self.minutes)
            await run_import(self.desk.ground, self.desk.merchant_id)
            await self.desk.work()

    async def again(self, customer: Customer) -> None:
        """Take the value away, and put it back when that has been seen."""
        self.write(customer, "")
        self.desk.klaviyo.segments.put(SEGMENT, customer.profile)
        await self.work(1)
        self.write(customer, customer.person.line_user_id)

    async def repeat(self, customer: Customer) -> None:
        """Run again, also over a profile that was written the same value."""
        self.write(customer, customer.person.line_user_id)


@dataclass(slots=True)
class AutoLink(Way):
    """A friend's own email address, entered over the API."""

    method = "auto_link"
    parts = ("follow", "given", "found")
    logs_in = False

    async def set_up(self) -> None:
        """Nothing: it is on while the integration is."""

    async def begin(self, customer: Customer) -> None:
        """Somebody who was a friend once, so that they can have an address."""
        line, line_user = self.desk.line, customer.person.line_user_id
        if not line.is_friend(line_user):
            await line.follow(line_user)
            self.desk.clock.move(seconds=1)
            await line.block(line_user)
            await line.webhooks_settled()
            await self.desk.work()
            self.desk.clock.move(seconds=1)

    async def take(self, customer: Customer, part: str) -> None:
        """The address is entered."""
        if part == "given":
            await self.give(customer, customer.person.email)
        else:
            await Way.take(self, customer, part)

    async def give(self, customer: Customer, email: str) -> httpx.Response:
        """Enter this address of the customer."""
        return await enter(self.desk, customer.person.line_user_id, email)

    async def again(self, customer: Customer) -> None:
        """Another address, and then the same: a new claim."""
        await self.give(customer, "another.address@mail.test")
        await self.work(1)
        await self.give(customer, customer.person.email)

    async def repeat(self, customer: Customer) -> None:
        """Enter the same address again, written in another way."""
        await self.give(customer, f" {customer.person.email.upper()} ")


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


WAYS: Final[dict[str, type[Way]]] = {
    "a custom QR code": QrLink,
    "a form": Form,
    "a form with a flow": FormWithFlow,
    "an import": Import,
    "an auto-link": AutoLink,
}
