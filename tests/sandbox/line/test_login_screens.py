"""LINE Login's screens, driven as a person does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.sandbox.line import Friendship, LineWorld
from marketing_agent.sandbox.phone import Phone, PhoneError
from tests.sandbox.line.stage import CALLBACK, LINE, Merchant, answer, authorize_url

if TYPE_CHECKING:
    from marketing_agent.sandbox.network import Network


async def test_a_stranger_allows_and_adds_the_account(
    network: Network, world: LineWorld, merchant: Merchant
) -> None:
    """Allow, then add: the callback gets code, state and `true`, LINE sends follow."""
    hana = world.add_user("はな")

    async with Phone(hana, transport=network) as phone:
        page = await phone.log_in(await phone.open(authorize_url()))

    await world.webhooks_settled()
    assert page.url.startswith(f"{CALLBACK}?ticket=t1&code=")
    assert answer(page)["state"] == "0123456789abcdef"
    assert answer(page)["friendship_status_changed"] == "true"
    assert world.is_friend(hana)
    assert merchant.types() == ["follow"]


async def test_a_stranger_may_decline_the_account(
    network: Network, world: LineWorld
) -> None:
    """Allow without adding: `false`, and still no friend."""
    hana = world.add_user("はな")

    async with Phone(hana, transport=network) as phone:
        start = await phone.open(authorize_url())
        page = await phone.log_in(start, add_friend=False)

    assert answer(page)["friendship_status_changed"] == "false"
    assert world.friendship(hana) is Friendship.NONE


@pytest.mark.parametrize("add", [True, False])
async def test_the_normal_prompt_is_a_check_mark(
    network: Network, world: LineWorld, *, add: bool
) -> None:
    """With `bot_prompt=normal` the mark on the consent screen decides."""
    hana = world.add_user("はな")

    async with Phone(hana, transport=network) as phone:
        start = await phone.open(authorize_url(bot_prompt="normal"))
        page = await phone.log_in(start, add_friend=add)

    assert answer(page)["friendship_status_changed"] == ("true" if add else "false")
    assert world.is_friend(hana) is add


@pytest.mark.parametrize("prompt", ["normal", "aggressive"])
async def test_a_friend_is_offered_nothing(
    network: Network, world: LineWorld, merchant: Merchant, prompt: str
) -> None:
    """Already a friend: no option, `false`, and no follow event at all."""
    hana = world.add_user("はな", friendship=Friendship.FRIEND)

    async with Phone(hana, transport=network) as phone:
        page = await phone.open(authorize_url(bot_prompt=prompt))
        consent = await phone.submit(page, hana)
        back = await phone.log_in(consent)

    await world.webhooks_settled()
    assert consent.has("line-already-friend")
    assert not consent.has("line-add-friend")
    assert answer(back)["friendship_status_changed"] == "false"
    assert merchant.types() == []


async def test_who_blocked_the_account_is_offered_to_unblock(
    network: Network, world: LineWorld, merchant: Merchant
) -> None:
    """Unblocking is `true`, and its follow event says `isUnblocked`."""
    hana = world.add_user("はな", friendship=Friendship.BLOCKED)

    async with Phone(hana, language="en", transport=network) as phone:
        page = await phone.submit(await phone.open(authorize_url()), hana)
        question = await phone.submit(page, "Allow")
        back = await phone.submit(question, "Unblock this account")

    await world.webhooks_settled()
    assert answer(back)["friendship_status_changed"] == "true"
    assert merchant.events()[0]["follow"] == {"isUnblocked": True}


async def test_without_a_bot_prompt_nobody_is_asked(
    network: Network, world: LineWorld
) -> None:
    """No `bot_prompt`: no option, and no `friendship_status_changed`."""
    hana = world.add_user("はな")

    async with Phone(hana, transport=network) as phone:
        start = await phone.open(authorize_url(bot_prompt=None))
        page = await phone.log_in(start)

    assert "code" in answer(page)
    assert "friendship_status_changed" not in answer(page)


async def test_cancel_is_access_denied(network: Network, world: LineWorld) -> None:
    """Cancel comes back as `ACCESS_DENIED` with the state, without a code."""
    hana = world.add_user("はな")

    async with Phone(hana, transport=network) as phone:
        page = await phone.log_in(await phone.open(authorize_url()), cancel=True)

    assert answer(page)["error"] == "ACCESS_DENIED"
    assert answer(page)["state"] == "0123456789abcdef"
    assert "code" not in answer(page)


async def test_a_consent_given_before_is_not_asked_again(
    network: Network, world: LineWorld
) -> None:
    """The second login skips consent, so a stranger gets no offer to add."""
    hana = world.add_user("はな")

    async with Phone(hana, transport=network) as phone:
        await phone.log_in(await phone.open(authorize_url()), add_friend=False)
        again = await phone.open(authorize_url())
        asked = await phone.open(authorize_url(prompt="consent"))

    assert "code" in answer(again)
    assert "friendship_status_changed" not in answer(again)
    assert asked.has("line-allow")


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "1650000009"},
        {"client_id": None},
        {"redirect_uri": "https://elsewhere.test/callback"},
        {"redirect_uri": f"{CALLBACK}/deeper"},
        {"redirect_uri": None},
    ],
)
async def test_an_unknown_client_or_callback_never_redirects(
    network: Network, world: LineWorld, changed: dict[str, str | None]
) -> None:
    """A bad `client_id` or `redirect_uri` ends on LINE's own error page."""
    hana = world.add_user("はな")

    async with Phone(hana, transport=network) as phone:
        page = await phone.open(authorize_url(**changed))

    assert page.status == 400
    assert page.has("line-error")
    assert page.hops == ()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "UNSUPPORTED_RESPONSE_TYPE"),
        ({"state": None}, "INVALID_REQUEST"),
        ({"scope": "profile wallet"}, "INVALID_SCOPE"),
        ({"scope": None}, "INVALID_SCOPE"),
        ({"code_challenge": "x", "code_challenge_method": "plain"}, "INVALID_REQUEST"),
        ({"bot_prompt": "polite"}, "INVALID_REQUEST"),
        ({"prompt": "none"}, "LOGIN_REQUIRED"),
    ],
)
async def test_other_mistakes_come_back_as_errors(
    network: Network, world: LineWorld, changed: dict[str, str | None], error: str
) -> None:
    """What is wrong with a trusted request is told to its callback."""
    world.add_user("はな")

    async with Phone(transport=network) as phone:
        page = await phone.open(authorize_url(**changed))

    assert page.url.startswith(CALLBACK)
    assert answer(page)["error"] == error


async def test_prompt_none_needs_an_earlier_consent(
    network: Network, world: LineWorld
) -> None:
    """Silent login works only for who is logged in and has consented."""
    hana = world.add_user("はな")

    async with Phone(hana, transport=network) as phone:
        silent = authorize_url(prompt="none")
        before = await phone.open(f"{silent}&sandbox_user={hana}")
        await phone.log_in(await phone.open(authorize_url()))
        after = await phone.open(silent)

    assert answer(before)["error"] == "INTERACTION_REQUIRED"
    assert "code" in answer(after)


async def test_the_phone_can_be_named_in_the_url(
    network: Network, world: LineWorld
) -> None:
    """`sandbox_user` goes straight to that person's consent screen."""
    world.add_user("はな")
    ken = world.add_user("ケンタ")

    async with Phone(ken, transport=network) as phone:
        page = await phone.open(f"{authorize_url()}&sandbox_user={ken}")

    assert page.has("line-allow")
    assert "ケンタ" in page.text


async def test_someone_else_can_log_in_on_the_same_browser(
    network: Network, world: LineWorld
) -> None:
    """The consent screen leads back to the chooser."""
    hana, ken = world.add_user("はな"), world.add_user("ケンタ")

    async with Phone(ken, transport=network) as phone:
        consent = await phone.open(f"{authorize_url()}&sandbox_user={hana}")
        chooser = await phone.tap(consent, "line-switch")
        await phone.log_in(chooser)

    assert world.is_friend(ken)
    assert not world.is_friend(hana)


async def test_cookies_lost_between_the_screens_do_no_harm(
    network: Network, world: LineWorld
) -> None:
    """Another browser's empty cookie jar does not change whose consent it is."""
    hana = world.add_user("はな")

    async with Phone(hana, transport=network) as phone:
        consent = await phone.submit(await phone.open(authorize_url()), hana)
        phone.forget_cookies()
        page = await phone.log_in(consent)

    assert answer(page)["friendship_status_changed"] == "true"


async def test_private_browsing_returns_a_bogus_answer_until_auto_login_is_off(
    network: Network, world: LineWorld
) -> None:
    """Bogus mode: foreign state and dead code; the documented retry works."""
    hana = world.add_user("はな")
    world.faults.login.bogus_callback = True

    async with Phone(hana, transport=network) as phone:
        bogus = await phone.log_in(await phone.open(authorize_url()))
        retry = await phone.open(authorize_url(disable_auto_login="true"))
        good = await phone.log_in(retry)

    assert answer(bogus)["state"] != "0123456789abcdef"
    assert answer(good)["state"] == "0123456789abcdef"


@pytest.mark.parametrize("permission", [True, False])
async def test_the_email_is_asked_for_with_the_channel_s_permission_only(
    network: Network, world: LineWorld, *, permission: bool
) -> None:
    """The consent screen names the address, or does not know of it."""
    world.email_permission = permission
    hana = world.add_user("はな")

    async with Phone(hana, language="en", transport=network) as phone:
        url = authorize_url(scope="profile openid email")
        page = await phone.submit(await phone.open(url), hana)

    assert ("Your email address" in page.text) is permission


async def test_the_email_may_be_left_out(network: Network, world: LineWorld) -> None:
    """Without the mark the login goes through; the next one asks for it again."""
    world.email_permission = True
    hana = world.add_user("はな", email="hana.sato@mail.test")
    url = authorize_url(scope="profile openid email", bot_prompt=None)

    async with Phone(hana, transport=network) as phone:
        consent = await phone.submit(await phone.open(url), hana)
        back = await phone.submit(consent, "line-allow", share_email=False)
        without = await phone.open(authorize_url(bot_prompt=None))
        again = await phone.open(url)

    assert "code" in answer(back)
    assert "code" in answer(without)
    assert again.has("line-allow")


async def test_a_login_may_come_back_in_another_browser(
    network: Network, world: LineWorld
) -> None:
    """From a mail program's browser: the callback is opened where no cookie is."""
    hana = world.add_user("はな")
    world.faults.login.other_browser = True

    async with Phone(hana, transport=network) as mail:
        page = await mail.log_in(await mail.open(authorize_url()))
    async with Phone(hana, transport=network) as browser:
        back = await browser.tap(page, "line-callback")

    assert back.url.startswith(CALLBACK)
    assert answer(back)["state"] == "0123456789abcdef"


@pytest.mark.parametrize(
    ("locales", "language", "button"),
    [("ja", "en", "許可する"), ("en", "ja", "Allow"), ("fr ja", "en", "許可する")],
)
async def test_the_screens_speak_the_language_asked_for(
    network: Network, world: LineWorld, locales: str, language: str, button: str
) -> None:
    """`ui_locales` wins over the browser's language."""
    hana = world.add_user("はな")

    async with Phone(hana, language=language, transport=network) as phone:
        start = await phone.open(authorize_url(ui_locales=locales))
        page = await phone.submit(start, hana)

    assert page.button(button)


async def test_a_phone_without_line_cannot_log_in(
    network: Network, world: LineWorld
) -> None:
    """A phone that nobody uses LINE on stops at the chooser."""
    world.add_user("はな")

    async with Phone(transport=network) as phone:
        page = await phone.open(authorize_url())
        with pytest.raises(PhoneError, match="no LINE app"):
            await phone.log_in(page)


async def test_the_account_page_adds_but_carries_no_identity(
    network: Network, world: LineWorld, merchant: Merchant
) -> None:
    """The plain add-friend URL ends in a follow event that knows only the user."""
    hana = world.add_user("はな")

    async with Phone(hana, transport=network) as phone:
        page = await phone.open(f"{LINE}/R/ti/p/%40900hanac?ticket=t1")
        done = await phone.log_in(page)

    await world.webhooks_settled()
    assert done.has("line-already-friend")
    assert merchant.events()[0]["source"] == {"type": "user", "userId": hana}
    assert "t1" not in str(merchant.events())
