"""The four methods, and both timings of the form, as ways that a customer may come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from marketing_agent.sandbox.phone import Phone
from marketing_agent.services.imports.run import run_import
from tests.desk import EMAIL, HOUSE
from tests.form_desk import FORM, ON_SUBMISSION, open_form
from tests.journeys.methods.ways import Way, enter, set_property

if TYPE_CHECKING:
    import httpx

    from tests.desk import Json
    from tests.form_desk import FormDesk
    from tests.journeys.methods.ways import Customer

SEGMENT: Final = "OldTool"
PROPERTY: Final = "line_uid"
IMPORT: Final = {"segment_id": SEGMENT, "property": PROPERTY}


@dataclass(slots=True)
class QrLink(Way):
    """A custom QR code in an email."""

    method = "qr_link"
    parts: ClassVar[tuple[str, ...]] = ("login", "follow", "found")
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
    parts: ClassVar[tuple[str, ...]] = ("login", "follow", "found")
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

    parts: ClassVar[tuple[str, ...]] = ("login", "follow", "found", "webhook")
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
    parts: ClassVar[tuple[str, ...]] = ("follow", "written", "joined")
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
    parts: ClassVar[tuple[str, ...]] = ("follow", "given", "found")
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


WAYS: Final[dict[str, type[Way]]] = {
    "a custom QR code": QrLink,
    "a form": Form,
    "a form with a flow": FormWithFlow,
    "an import": Import,
    "an auto-link": AutoLink,
}
