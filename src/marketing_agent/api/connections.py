"""What is connected, and connecting it outside the chat.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from marketing_agent.agent.planner.phrase_book import phrase_book
from marketing_agent.api.languages import Language
from marketing_agent.api.signed_in import SignedIn
from marketing_agent.api.status.people import ChangeMade, People
from marketing_agent.core.callers import Caller
from marketing_agent.platforms.line.types import LineChannel
from marketing_agent.services import connecting, trial_login
from marketing_agent.services.connecting import Standing
from marketing_agent.services.connections import LineChannels
from marketing_agent.services.ground import Ground

_LONGEST: Final = 200


class KlaviyoConnection(BaseModel):
    """The connected Klaviyo account."""

    account_id: str
    name: str
    public_id: str
    """Klaviyo's public API key, which is also the site id."""
    time_zone: str | None
    checked_at: datetime | None
    """When its key was stored, after Klaviyo had taken it."""


class LineConnection(BaseModel):
    """The connected LINE Official Account with its two channels."""

    name: str
    basic_id: str
    add_friend_url: str
    login_channel_id: str
    messaging_channel_id: str
    asks_email: bool
    """Whether customers are asked for their email address at LINE Login."""
    checked_at: datetime | None
    """When its channels were stored, after LINE had taken them."""


class Connections(BaseModel):
    """What is connected, and the addresses to enter in LINE's console."""

    klaviyo: KlaviyoConnection | None
    line: LineConnection | None
    webhook_url: str
    """Of the Messaging API channel; set by connecting, where LINE allows it."""
    callback_url: str
    """Of the LINE Login channel; only a person can enter it."""


class KlaviyoKey(BaseModel):
    """The private API key, which nothing ever shows again."""

    model_config = ConfigDict(extra="forbid")

    private_key: SecretStr = Field(max_length=_LONGEST)


class Channel(BaseModel):
    """A channel as LINE's console shows it."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(max_length=40)
    secret: SecretStr = Field(max_length=_LONGEST)

    def channel(self) -> LineChannel:
        """The same for the service, as it is meant: people copy spaces along."""
        secret = self.secret.get_secret_value()
        return LineChannel(id=self.id.strip(), secret=secret.strip())


class LineKeys(BaseModel):
    """Both channels; they have to be in the same provider."""

    model_config = ConfigDict(extra="forbid")

    login: Channel
    messaging: Channel


class TestLogin(BaseModel):
    """A page to open on a phone of one's own; it links nobody."""

    url: str
    expires_at: datetime


class LineAnswer(ChangeMade):
    """LINE is connected."""

    webhook_problem: str | None
    """What LINE said where it did not take the webhook URL: enter it by hand."""


def connection_router(ground: Ground, signed_in: SignedIn) -> APIRouter:
    """The routes under /api/v1/connections."""
    router = APIRouter(prefix="/api/v1/connections", tags=["connections"])
    person = Annotated[Caller, Depends(People(signed_in))]

    @router.get("")
    async def show_connections(caller: person) -> Connections:
        """What is connected; never a key. `check_setup` asks the platforms."""
        return _shown(await connecting.standing(ground, caller.merchant_id))

    @router.put("/klaviyo")
    async def connect_klaviyo(given: KlaviyoKey, caller: person) -> ChangeMade:
        """Check a private API key with Klaviyo, and store it. Owners only."""
        key = given.private_key.get_secret_value().strip()
        change_id = await connecting.connect_klaviyo(ground, caller, key)
        return ChangeMade(change_id=change_id)

    @router.put("/line")
    async def connect_line(
        given: LineKeys, caller: person, language: Language
    ) -> LineAnswer:
        """Check both channels with LINE, and store them. Owners only."""
        channels = LineChannels(
            login=given.login.channel(), messaging=given.messaging.channel()
        )
        made = await connecting.connect_line(ground, caller, channels)
        problem = made.webhook_problem
        return LineAnswer(
            change_id=made.change_id,
            webhook_problem=problem and phrase_book().said(problem, language),
        )

    @router.post("/test-login")
    async def begin_test_login(caller: person, response: Response) -> TestLogin:
        """A page for one real LINE Login. Afterwards `check_setup` tells of it."""
        response.headers["Cache-Control"] = "no-store"
        begun = await trial_login.begin(ground, caller)
        return TestLogin(url=begun.url, expires_at=begun.expires_at)

    return router


def _shown(standing: Standing) -> Connections:
    return Connections(
        klaviyo=_klaviyo(standing),
        line=_line(standing),
        webhook_url=standing.webhook_url,
        callback_url=standing.callback_url,
    )


def _klaviyo(standing: Standing) -> KlaviyoConnection | None:
    account = standing.klaviyo
    if account is None:
        return None
    return KlaviyoConnection(
        account_id=account.account_id,
        name=account.organization,
        public_id=account.public_id,
        time_zone=account.time_zone,
        checked_at=standing.klaviyo_at,
    )


def _line(standing: Standing) -> LineConnection | None:
    account = standing.line
    if account is None or standing.add_friend_url is None:
        return None
    return LineConnection(
        name=account.display_name,
        basic_id=account.basic_id,
        add_friend_url=standing.add_friend_url,
        login_channel_id=account.login_channel_id,
        messaging_channel_id=account.messaging_channel_id,
        asks_email=standing.asks_email,
        checked_at=standing.line_at,
    )
