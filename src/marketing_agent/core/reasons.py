"""What each row of the decision table says to the merchant, and what to do next.

Keyed by the row's number and, where a row has several sentences, by a detail code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


def reason(row: int, detail: str = "", numbers: Mapping[str, int] | None = None) -> str:
    """One sentence for the merchant; without numbers it speaks of several."""
    sentence = REASONS.get((row, detail), REASONS[row, ""])
    return sentence.format_map({"profiles": "Several", **(numbers or {})})


def next_step(row: int, detail: str = "") -> str:
    """What the merchant can do about it; empty when there is nothing to do."""
    return NEXT_STEPS.get((row, detail), NEXT_STEPS.get((row, ""), ""))


REASONS: Final[dict[tuple[int, str], str]] = {
    (3, ""): "It is paused, or Klaviyo is disconnected. Nothing is lost.",
    (4, ""): "This custom QR code or form linkage no longer exists.",
    (5, ""): "The customer did not finish in time.",
    (6, ""): "The merge variable was not filled in.",
    (7, ""): "A required signal is missing in the link.",
    (7, "email"): "The email address is missing in the link.",
    (7, "phone"): "The phone number is missing in the link.",
    (8, ""): "The value in the link cannot be read.",
    (8, "email"): "The value in the link is not an email address.",
    (8, "phone"): "The value in the link is not a phone number.",
    (8, "line_user_id"): "The stored value is not a LINE User ID.",
    (9, ""): "This is a shared or test value, not a person.",
    (10, ""): "The value in the link was repaired.",
    (11, ""): "Klaviyo has not answered yet. It is asked again.",
    (12, ""): "No Klaviyo profile has this email address or phone number.",
    (14, ""): "{profiles} Klaviyo profiles share this email address or phone number.",
    (16, ""): "The email address and the phone number belong to different profiles.",
    (17, ""): "The email address matched, but that profile lacks this phone number.",
    (18, ""): "The phone number matched, but that profile has another email address.",
    (19, ""): "No Klaviyo profile has the email address or the phone number.",
    (19, "too_early"): "One of the two signals is not in Klaviyo yet.",
    (21, ""): "{profiles} Klaviyo profiles carry both signals.",
    (22, ""): "The link and the address in it name different profiles.",
    (23, ""): "Klaviyo merged the profile into another one.",
    (24, ""): "The profile is gone from Klaviyo.",
    (25, ""): "Linked, but unsubscribed. The consent is not changed.",
    (26, ""): "These two were unlinked before. It needs a new consent.",
    (26, "merchant"): "You unlinked these two. Only you can link them again.",
    (26, "customer"): "The customer unlinked. Only a new LINE login links them again.",
    (27, ""): "Already linked.",
    (28, ""): "Linked.",
    (28, "email"): "Linked: the email address matched.",
    (28, "phone"): "Linked: the phone number matched.",
    (28, "email+phone"): "Linked: email address and phone number matched one profile.",
    (28, "line_user_id"): "Linked: the profile carried this LINE User ID.",
    (28, "pin"): "Linked by you.",
    (29, ""): "Waiting for the customer to add the LINE account as a friend.",
    (29, "flow"): "Waiting for the Klaviyo flow to say which profile sent the form.",
    (31, ""): "The profile already belongs to another LINE user.",
    (33, ""): "This LINE user is already linked to another profile.",
    (33, "newer"): "A newer login of this LINE user named another profile.",
    (33, "several"): "This LINE user is claimed for several profiles at once.",
    (35, ""): "Both the LINE user and the profile are already linked elsewhere.",
    (36, ""): "{profiles} profiles carry this LINE User ID.",
    (37, ""): "Not a friend yet, or a LINE User ID of another LINE provider.",
    (38, ""): "The value that this stood on has changed or was removed.",
    (39, ""): "Several LINE users say that they are this profile.",
    (40, ""): 'The customer said "not me".',
    (41, ""): "The customer has blocked or left the LINE account.",
    (42, ""): "Klaviyo merged the profile; the link followed it.",
    (43, ""): "After a merge in Klaviyo, two LINE users claim one profile.",
    (44, ""): "The customer's data was erased.",
    (45, ""): "The email address or phone number has changed since they were linked.",
    (46, ""): "Klaviyo shows another LINE User ID: it was edited outside.",
    (47, ""): "Linked; not yet written to Klaviyo.",
    (48, ""): "Unlinked.",
    (48, "merchant"): "Unlinked by you.",
    (48, "customer"): "Unlinked by the customer.",
    (48, "replaced"): "You linked someone else instead.",
    (48, "kept"): "You looked at this and left it as it is.",
    (48, "decided"): "A decision about this person was made in the meantime.",
}

NEXT_STEPS: Final[dict[tuple[int, str], str]] = {
    (3, ""): "Switch the integration and auto-link on, or reconnect Klaviyo.",
    (5, ""): "The customer can open the email and try again.",
    (6, ""): "Check the name of the merge variable in the Klaviyo email.",
    (7, ""): "Send the email only to profiles that have both, or ask for one signal.",
    (8, ""): "Correct the value in Klaviyo, or the merge variable in the email.",
    (9, ""): "Remove it from the blocked values if it really is one person.",
    (10, ""): "Add |urlencode to the merge variable in the Klaviyo email.",
    (12, ""): "Add the address to the profile in Klaviyo; it is checked again.",
    (14, ""): "Merge them in Klaviyo, or link the right one yourself.",
    (16, ""): "Compare the two profiles in Klaviyo.",
    (17, ""): "Add the phone number to the profile in Klaviyo; it is checked again.",
    (18, ""): "Correct the email address in Klaviyo; it is checked again.",
    (19, ""): "Check that the profile exists in Klaviyo; it is checked again.",
    (21, ""): "Merge them in Klaviyo, or link the right one yourself.",
    (22, ""): "The link was probably forwarded or edited. Nothing to do.",
    (23, ""): "The customer can open the email again; it finds the other profile.",
    (24, ""): "Check in Klaviyo whether the profile was deleted or merged.",
    (26, "merchant"): "Link them by hand if it was a mistake.",
    (29, ""): "Nothing to do. It links as soon as they add the account.",
    (29, "flow"): "Check that the flow is live and calls the webhook.",
    (31, ""): "Decide in the review list: replace or keep.",
    (33, ""): "Decide in the review list: replace or keep.",
    (35, ""): "Decide in the review list: replace or keep.",
    (36, ""): "Keep the LINE User ID on one of the profiles in Klaviyo.",
    (37, ""): "Check that both tools use the same LINE provider.",
    (39, ""): "Decide in the review list: link the right one yourself.",
    (41, ""): "Nothing to do. It goes on when they add the account again.",
    (43, ""): "Decide in the review list: replace or keep.",
    (46, ""): "Restore it, or accept the other one by unlinking.",
    (47, ""): "It is tried again. If it stays so, have it diagnosed.",
}
