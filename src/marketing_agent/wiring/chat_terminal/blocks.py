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

    from marketing_agent.wiring.chat_terminal.wording import Wording
    from marketing_agent.wiring.foreign_text import Json

_MOST_ROWS: Final = 50
_BAR: Final = 30
_SIGNS: Final = {"ok": "green", "missing": "red", "failed": "red", "unknown": "yellow"}
_HERE: Final = ("localhost", "127.0.0.1", "::1")


def draw_block(canvas: Canvas, words: Wording, tool: str, data: Json) -> None:
    """Draw what there is to look at; nothing for data without a drawing.

    The sentences of a tool are English: in another language the agent tells them, and
    they are not drawn.
    """
    if draw := _DRAWINGS.get(tool):
        draw(canvas, words, data)


def _setup(canvas: Canvas, words: Wording, data: Json) -> None:
    if not words.is_english:
        return
    table = _table("", words.say("check"), words.say("says"))
    for check in _objects(data, "checks"):
        what = f"{one_line(check.get('platform'))} {one_line(check.get('what'))}"
        said = Text(one_line(check.get("says")))
        if fix := one_line(check.get("fix")):
            said.append(f"\n{words.say('to_do', fix=fix)}", style="bold")
        state = one_line(check.get("state"), 20)
        table.add_row(_sign(words, state), Text(what.strip()), said)
    _draw_rows(canvas, table)


def _sign(words: Wording, state: str) -> Text:
    if state not in _SIGNS:
        return Text(state)
    return Text(words.say(f"sign_{state}"), style=_SIGNS[state])


def _qr_link(canvas: Canvas, words: Wording, data: Json) -> None:
    cards = _objects(data, "qr_links") if "qr_links" in data else [data]
    for card in cards:
        if canvas.is_new(f"{card}"):
            _qr_link_panel(canvas, words, card)
    if len(cards) == 1 and canvas.is_new(f"qr {cards[0].get('slug')}"):
        _scannable(canvas, words, cards[0])


def _qr_link_panel(canvas: Canvas, words: Wording, card: Json) -> None:
    asked = [
        f"{words.say(f'signal_{signal}')}: {one_line(card.get(f'{signal}_variable'))}"
        for signal in ("email", "phone")
        if card.get(f"{signal}_variable")
    ]
    signals = ", ".join(asked)
    says = (
        words.say("links_by", signals=signals) if asked else words.say("links_nobody")
    )
    opened = words.say("opened", count=one_line(card.get("opened") or 0, 20))
    about = f"{says}\n{opened}"
    name = Text(one_line(card.get("name"), 100), style="bold")
    canvas.draw(Panel(Text(about), title=name, title_align="left", expand=False))
    for field in _TO_COPY:
        if text := _copied(card, field):
            canvas.to_copy(words.say(field), text)


def _scannable(canvas: Canvas, words: Wording, card: Json) -> None:
    """Without a customer's values: those are filled in by Klaviyo, in an email.

    The customer's page opens without them too; who logs in there becomes a friend.
    """
    if add_friend := _copied(card, "add_friend_url"):
        _scanned(canvas, words, "adds", add_friend)
    elif linking := _copied(card, "linking_url"):
        _scanned(canvas, words, "shows", linking.partition("?")[0])


def _scanned(canvas: Canvas, words: Wording, does: str, url: str) -> None:
    scanning = [words.say(does)]
    if _is_here(url):
        scanning.append(words.say("on_localhost"))
    canvas.qr_code(url, " ".join(scanning), words.say("wider"))


def _is_here(url: str) -> bool:
    try:
        return urlsplit(url).hostname in _HERE
    except ValueError:
        return False


def _linkage(canvas: Canvas, words: Wording, data: Json) -> None:
    if "line_user_id" in data:
        _friend(canvas, words, data)
        return
    linked, friends = _count(data, "linked"), _count(data, "friends")
    counts = words.say("linked_of", linked=linked, friends=friends)
    canvas.line(f"{_bar(linked, friends)}  {counts}")
    if not words.is_english:
        return
    table = _table(*map(words.say, ("attempts", "by", "reason")))
    for each in _objects(data, "attempts"):
        reason = f"{one_line(each.get('reason'))} {one_line(each.get('next_step'))}"
        count, method = (
            one_line(each.get("count"), 20),
            _value(words, each.get("method")),
        )
        table.add_row(Text(count), Text(method), Text(reason.strip()))
    _draw_rows(canvas, table)


def _bar(part: int, whole: int) -> str:
    filled = max(0, min(_BAR, _BAR * part // whole)) if whole > 0 else 0
    return "█" * filled + "░" * (_BAR - filled)


def _friend(canvas: Canvas, words: Wording, data: Json) -> None:
    table = Table.grid(padding=(0, 2))
    for field in _OF_A_FRIEND:
        value = data.get(field)
        if value not in (None, "", []):
            label = Text(words.say(f"friend_{field}"), style="dim")
            table.add_row(label, Text(one_line(_value(words, value))))
    _draw_rows(canvas, table)


def _value(words: Wording, value: object) -> str:
    """Yes, no and what is called something, in words."""
    if isinstance(value, list):
        return ", ".join(_value(words, each) for each in value)
    if isinstance(value, bool):
        return words.say(f"value_{value}".lower())
    keys = [f"{kind}_{value}" for kind in ("signal", "method")]
    known = [words.texts[key] for key in keys if key in words.texts]
    return known[0] if known else one_line(value)


def _changes(canvas: Canvas, words: Wording, data: Json) -> None:
    for each in _objects(data, "changes") if words.is_english else ():
        number, when = one_line(each.get("id"), 20), one_line(each.get("made_at"), 16)
        line = Text(f"{number:>4}  {when.replace('T', ' ')}  ")
        line.append(one_line(each.get("what")))
        hint = one_line(each.get("why_not"))
        if each.get("can_be_undone"):
            hint = f"/undo {number}"
        line.append(f"  {hint}", style="dim")
        canvas.draw(line)


def _help(canvas: Canvas, _words: Wording, data: Json) -> None:
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


_TO_COPY: Final = ("linking_url", "add_friend_url", "email_link", "email_image")
_OF_A_FRIEND: Final = (
    "line_user_id",
    "following",
    "linked",
    "profile_id",
    "view_in_klaviyo",
    "method",
    "matched_by",
    "linked_since",
    "last_synced",
)
_DRAWINGS: Final[Mapping[str, Callable[[Canvas, Wording, Json], None]]] = {
    "check_setup": _setup,
    "create_qr_link": _qr_link,
    "update_qr_link": _qr_link,
    "show_qr_links": _qr_link,
    "query_linkage_status": _linkage,
    "show_changes": _changes,
    "explain": _help,
}
