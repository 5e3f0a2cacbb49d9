"""Emails on the stage: the button on a picture of a QR code."""

from __future__ import annotations

from marketing_agent.wiring.stage_page.letters import with_scan_buttons

PICTURE = (
    '<a href="https://a.test/l/x"><img src="https://a.test/l/x/qr.png?email=a%2Bb&amp;id=1"'
    ' width="200" height="200" alt="LINE"></a>'
)


def test_a_picture_of_a_qr_code_gets_a_button_that_scans_it() -> None:
    """The button holds the picture's own address, and stands beside its link."""
    html = with_scan_buttons(f"<p>{PICTURE}</p>", "/phone/hana/scan", "Scan <it>")

    assert html.startswith(f'<p><span class="picture">{PICTURE}<a class="scan"')
    address = "https%3A%2F%2Fa.test%2Fl%2Fx%2Fqr.png%3Femail%3Da%252Bb%26id%3D1"
    assert f'href="/phone/hana/scan?image={address}"' in html
    assert html.endswith(">Scan &lt;it&gt;</a></span></p>")


def test_other_pictures_and_links_stay_as_they_are() -> None:
    """A logo cannot be scanned."""
    html = '<a href="https://a.test/l/x">LINE</a><img src="https://a.test/logo.png">'

    assert with_scan_buttons(html, "/phone/hana/scan", "Scan") == html
