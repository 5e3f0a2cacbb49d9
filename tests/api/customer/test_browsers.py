"""User agents as browsers and apps send them, and the browser that is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.api.customer.browsers import better_browser
from marketing_agent.sandbox.page_reader import parse

if TYPE_CHECKING:
    from tests.api.customer.stage import Stage

IPHONE: Final = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) "
)
PIXEL: Final = "Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/AP3A.241105.007"
WEBKIT: Final = " AppleWebKit/537.36 (KHTML, like Gecko) "
CHROME: Final = "Chrome/131.0.6778.104 Mobile Safari/537.36"
WEB_VIEW: Final = f"{PIXEL}; wv){WEBKIT}Version/4.0 {CHROME}"

REAL: Final = {
    "Safari on an iPhone": IPHONE + "Version/18.5 Mobile/15E148 Safari/604.1",
    "Safari on an iPad": (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/18.5 Safari/605.1.15"
    ),
    "LINE on an iPhone": IPHONE + "Mobile/15E148 Safari Line/14.21.0",
    "LINE on Android": f"{WEB_VIEW} Line/14.21.1/IAB",
    "Chrome on Android": (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/131.0.0.0 Mobile Safari/537.36"
    ),
    "Samsung Internet": (
        "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like "
        "Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36"
    ),
    "Firefox on Android": (
        "Mozilla/5.0 (Android 15; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0"
    ),
    "Chrome on a computer": (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
        "Gecko) Chrome/131.0.0.0 Safari/537.36"
    ),
    "none": "",
}
IN_APPS_ON_IOS: Final = {
    "Gmail or a QR reader (WKWebView)": IPHONE + "Mobile/15E148",
    "Google app": IPHONE + "GSA/346.1.704810410 Mobile/15E148 Safari/604.1",
    "Instagram": (
        IPHONE + "Mobile/22F76 Instagram 383.1.0.48.79 (iPhone15,2; iOS 18_5; ja_JP; "
        "ja; scale=3.00; 1179x2556; 738341170)"
    ),
    "Facebook": (
        IPHONE + "Mobile/22F76 [FBAN/FBIOS;FBAV/511.0.0.42.87;FBBV/732454125;"
        "FBDV/iPhone15,2;FBMD/iPhone;FBSN/iOS;FBSV/18.5;FBSS/3;FBID/phone;FBLC/ja_JP]"
    ),
    "X": IPHONE + "Mobile/15E148 Safari/604.1 Twitter for iPhone/11.5",
    "Yahoo! JAPAN": IPHONE + "Mobile/15E148 YJApp-IOS jp.co.yahoo.ipn.appli/4.130.0",
    "Chrome": IPHONE + "CriOS/131.0.6778.103 Mobile/15E148 Safari/604.1",
    "Firefox": IPHONE + "FxiOS/133.0 Mobile/15E148 Safari/605.1.15",
    "Edge": IPHONE + "Version/18.0 EdgiOS/131.0.2903.92 Mobile/15E148 Safari/604.1",
}
IN_APPS_ON_ANDROID: Final = {
    "a QR reader (WebView)": WEB_VIEW,
    "Instagram": (
        f"{WEB_VIEW} Instagram 361.0.0.46.88 Android (35/15; 420dpi; 1080x2219; "
        "Google; Pixel 9; tokay; tokay; ja_JP; 674675155)"
    ),
    "Facebook": f"{WEB_VIEW} [FB_IAB/FB4A;FBAV/491.0.0.62.79;]",
    "TikTok": f"{WEB_VIEW} trill_370903 BytedanceWebview/d8a21c6",
}
CASES: Final = [
    *((name, agent, None) for name, agent in REAL.items()),
    *((name, agent, "Safari") for name, agent in IN_APPS_ON_IOS.items()),
    *((name, agent, "Chrome") for name, agent in IN_APPS_ON_ANDROID.items()),
]


@pytest.mark.parametrize(
    ("agent", "offered"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_an_app_that_cannot_open_line_is_known(agent: str, offered: str | None) -> None:
    """Real browsers and LINE's own are left alone; others are led to a real one."""
    assert better_browser(agent) == offered


@given(st.text(max_size=2000))
def test_any_user_agent_is_read(agent: str) -> None:
    """Whatever a program calls itself, there is a page for it."""
    assert better_browser(agent) in {None, "Safari", "Chrome"}


@pytest.mark.parametrize("agent", [None, IN_APPS_ON_IOS["Instagram"]])
async def test_the_landing_page_offers_its_address_to_copy(
    stage: Stage, agent: str | None
) -> None:
    """Inside an app it is told first, with our clean address; LINE's button stays."""
    headers = {} if agent is None else {"user-agent": agent}
    path = await stage.landing_path()
    async with stage.browser() as browser:
        html = (await browser.get(path, headers=headers)).text
    page = parse(html)

    assert page.has("log-in")
    assert ("Open this page in Safari" in page.text) is (agent is not None)
    assert (f'value="{stage.ground.public_url}{path}"' in html) is (agent is not None)


async def test_the_copied_address_works_in_the_other_browser(stage: Stage) -> None:
    """The ticket survives the change of browsers: the new one goes all the way."""
    path = await stage.landing_path()
    async with stage.browser() as inside:
        await inside.get(path, headers={"user-agent": IN_APPS_ON_IOS["Instagram"]})
    async with stage.phone() as phone:
        landing = await phone.open(f"{stage.ground.public_url}{path}")
        done = await phone.log_in(await phone.tap(landing, "log-in"))

    assert done.title == "All done"
