"""What the tools' data looks like on a terminal: one small drawing per kind of block.

A drawing reads what it knows and leaves out what is missing: the data is foreign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from marketing_agent.wiring.chat_terminal.canvas import Canvas, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from marketing_agent.wiring.foreign_text import Json

_MOST_ROWS: Final = 50
_BAR: Final = 30
_SIGNS: Final = {
    "ok": Text("ok", style="green"),
    "missing": Text("missing", style="red"),
    "failed": Text("failed", style="red"),
    "unknown": Text("try it", style="yellow"),
}
_ADDS: Final = "Scanning opens LINE's page for adding the account."
_SHOWS: Final = (
    "Scanning shows the customer's page, as for nobody: the email address or phone "
    "number comes with the email. Who goes on adds the account and is not linked."
)
_HERE: Final = ("localhost", "127.0.0.1", "::1")


def draw_block(canvas: Canvas, tool: str, data: Json) -> None:
    """Draw what there is to look at; nothing for data without a drawing."""
    if draw := _DRAWINGS.get(tool):
        draw(canvas, data)


def _setup(canvas: Canvas, data: Json) -> None:
    table = _table("", "Check", "What it says")
    for check in _objects(data, "checks"):
        what = f"{one_line(check.get('platform'))} {one_line(check.get('what'))}"
        said = Text(one_line(check.get("says")))
        if fix := one_line(check.get("fix")):
            said.append(f"\nTo do: {fix}", style="bold")
        state = one_line(check.get("state"), 20)
        table.add_row(_SIGNS.get(state, Text(state)), Text(what.strip()), said)
    _draw_rows(canvas, table)


def _qr_link(canvas: Canvas, data: Json) -> None:
    cards = _objects(data, "qr_links") if "qr_links" in data else [data]
    for card in cards:
        if canvas.is_new(f"{card}"):
            _qr_link_panel(canvas, card)
    if len(cards) == 1 and canvas.is_new(f"qr {cards[0].get('slug')}"):
        _scannable(canvas, cards[0])


def _qr_link_panel(canvas: Canvas, card: Json) -> None:
    asked = [
        f"{signal}: {one_line(card.get(f'{signal}_variable'))}"
        for signal in ("email", "phone")
        if card.get(f"{signal}_variable")
    ]
    links_by = f"Links by {', '.join(asked)}" if asked else "Adds friends, links nobody"
    about = f"{links_by}\nOpened {one_line(card.get('opened') or 0, 20)} times"
    name = Text(one_line(card.get("name"), 100), style="bold")
    canvas.draw(Panel(Text(about), title=name, title_align="left", expand=False))
    for label, field in _TO_COPY.items():
        if text := _copied(card, field):
            canvas.to_copy(label, text)


def _scannable(canvas: Canvas, card: Json) -> None:
    """Without a customer's values: those are filled in by Klaviyo, in an email.

    The customer's page opens without them too; who logs in there becomes a friend.
    """
    if add_friend := _copied(card, "add_friend_url"):
        canvas.qr_code(add_friend, f"{_ADDS}{_reach(add_friend)}")
    elif linking := _copied(card, "linking_url"):
        page = linking.partition("?")[0]
        canvas.qr_code(page, f"{_SHOWS}{_reach(page)}")


def _reach(url: str) -> str:
    try:
        is_here = urlsplit(url).hostname in _HERE
    except ValueError:
        is_here = False
    return " A phone cannot reach it on localhost." if is_here else ""


def _linkage(canvas: Canvas, data: Json) -> None:
    if "line_user_id" in data:
        _friend(canvas, data)
        return
    linked, friends = _count(data, "linked"), _count(data, "friends")
    canvas.line(f"{_bar(linked, friends)}  {linked} of {friends} friends linked")
    table = _table("Attempts", "By", "Why")
    for each in _objects(data, "attempts"):
        reason = f"{one_line(each.get('reason'))} {one_line(each.get('next_step'))}"
        count, method = one_line(each.get("count"), 20), one_line(each.get("method"))
        table.add_row(Text(count), Text(method), Text(reason.strip()))
    _draw_rows(canvas, table)


def _bar(part: int, whole: int) -> str:
    filled = max(0, min(_BAR, _BAR * part // whole)) if whole > 0 else 0
    return "█" * filled + "░" * (_BAR - filled)


def _friend(canvas: Canvas, data: Json) -> None:
    table = Table.grid(padding=(0, 2))
    for label, field in _OF_A_FRIEND.items():
        value = data.get(field)
        if value not in (None, "", []):
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            table.add_row(Text(label, style="dim"), Text(one_line(shown)))
    _draw_rows(canvas, table)


def _changes(canvas: Canvas, data: Json) -> None:
    for each in _objects(data, "changes"):
        number, when = one_line(each.get("id"), 20), one_line(each.get("made_at"), 16)
        line = Text(f"{number:>4}  {when.replace('T', ' ')}  ")
        line.append(one_line(each.get("what")))
        hint = one_line(each.get("why_not"))
        if each.get("can_be_undone"):
            hint = f"/undo {number}"
        line.append(f"  {hint}", style="dim")
        canvas.draw(line)


def _help(canvas: Canvas, data: Json) -> None:
    """The section that answers best in full, the others by name."""
    for place, section in enumerate(_objects(data, "sections")):
        if place == 0:
            paragraphs = str(section.get("text") or "").split("\n\n")
            canvas.quote(*(" ".join(each.split()) for each in paragraphs))
        source = (one_line(section.get(each)) for each in ("page_title", "heading"))
        canvas.line(f"{', '.join(source)} [{one_line(section.get('id'))}]", "dim")


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for each in columns:
        table.add_column(Text(each))
    return table


def _draw_rows(canvas: Canvas, table: Table) -> None:
    if table.row_count:
        canvas.draw(table)


def _objects(data: Json, field: str) -> list[Json]:
    """The objects of a list; a list that was cut short ends with a remark."""
    listed = data.get(field)
    found = listed if isinstance(listed, list) else []
    return [each for each in found if isinstance(each, dict)][:_MOST_ROWS]


def _count(data: Json, field: str) -> int:
    value = data.get(field)
    return value if isinstance(value, int) else 0


def _copied(card: Json, field: str) -> str:
    """A line as it is, for the clipboard."""
    return "".join(str(card.get(field) or "").splitlines())


_TO_COPY: Final = {
    "Linking URL": "linking_url",
    "Add-friend URL": "add_friend_url",
    "Text link for the email": "email_link",
    "QR code for the email": "email_image",
}
_OF_A_FRIEND: Final = {
    "LINE User ID": "line_user_id",
    "Friend": "following",
    "Linked": "linked",
    "Profile": "profile_id",
    "In Klaviyo": "view_in_klaviyo",
    "Method": "method",
    "Matched by": "matched_by",
    "Since": "linked_since",
    "Last synced": "last_synced",
}
_DRAWINGS: Final[Mapping[str, Callable[[Canvas, Json], None]]] = {
    "check_setup": _setup,
    "create_qr_link": _qr_link,
    "update_qr_link": _qr_link,
    "show_qr_links": _qr_link,
    "query_linkage_status": _linkage,
    "show_changes": _changes,
    "explain": _help,
}
