"""What other tools had written in the place of our properties, kept for an unlink."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from marketing_agent.core.friend_properties import LineProperty, names_of_account
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.storage import links, merchants, outbox, profiles

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.links import Link
    from marketing_agent.platforms.json_values import JsonObject
    from marketing_agent.services.ground import Ground

_HELD_BEFORE: Final = "line user id held before"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldValues:
    """Those of one merchant; `number` ends the names of its properties."""

    ground: Ground
    merchant_id: int
    number: int

    async def of(
        self, tx: AsyncConnection, about: Collection[ProfileId]
    ) -> dict[ProfileId, JsonObject]:
        """What these profiles held; those that we never wrote to are left out."""
        sealed = await profiles.held(tx, self.merchant_id, about)
        return {profile: self._opened(each) for profile, each in sealed.items()}

    async def keep(
        self,
        tx: AsyncConnection,
        linked: Mapping[ProfileId, Link],
        shown: Mapping[ProfileId, JsonObject],
        held: Mapping[ProfileId, JsonObject],
    ) -> dict[ProfileId, JsonObject]:
        """Keep what linked profiles show that is not ours; gives what is news.

        What they showed first is kept, and later only another LINE User ID.
        """
        first = [each for each in linked if each in shown and each not in held]
        written = await outbox.told_of(tx, self.merchant_id, first)
        news: dict[ProfileId, JsonObject] = {}
        for profile in (each for each in linked if each in shown):
            seen, before, link = shown[profile], held.get(profile), linked[profile]
            never_ours = before is None and profile not in written
            foreign = await self._is_foreign(tx, link, seen, never_ours=never_ours)
            if before is None:
                news[profile] = self._not_ours(seen, user_id_too=foreign)
            elif foreign and before.get(self._user_id) != seen[self._user_id]:
                news[profile] = {**before, self._user_id: seen[self._user_id]}
        await self._store(tx, news)
        return news

    async def _store(
        self, tx: AsyncConnection, news: Mapping[ProfileId, JsonObject]
    ) -> None:
        seal = self.ground.vault.seal
        sealed = {
            profile: seal(json.dumps(values).encode(), purpose=_HELD_BEFORE)
            for profile, values in news.items()
        }
        await profiles.keep_held(tx, self.merchant_id, sealed, self.ground.clock())

    @property
    def _user_id(self) -> str:
        return LineProperty.USER_ID.of_account(self.number)

    async def _is_foreign(
        self, tx: AsyncConnection, link: Link, seen: JsonObject, *, never_ours: bool
    ) -> bool:
        """Whether the LINE User ID that is shown was put there by somebody else.

        The same value as ours is theirs too, where we never wrote: an import found it.
        """
        value = seen.get(self._user_id)
        if value is None:
            return False
        if value == link.line_user:
            return never_ours
        was_ours = await links.was_ever(
            tx, self.merchant_id, LineUserId(str(value)), link.profile
        )
        return not was_ours

    def _not_ours(self, seen: JsonObject, *, user_id_too: bool) -> JsonObject:
        return {
            name: seen[name]
            for name in names_of_account(self.number)
            if seen.get(name) is not None and (user_id_too or name != self._user_id)
        }

    def _opened(self, sealed: bytes) -> JsonObject:
        """The first version kept the LINE User ID alone."""
        values = json.loads(self.ground.vault.open(sealed, purpose=_HELD_BEFORE))
        return values if isinstance(values, dict) else {self._user_id: values}


async def note_shown(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    shown: Mapping[ProfileId, JsonObject],
) -> None:
    """Profiles that were linked just now showed these custom properties before.

    Whoever has just read them, as the import has, saves the write-back from reading
    them again. Call it in the transaction that linked them.
    """
    connected = await merchants.klaviyo_account(tx, merchant_id)
    number = 1 if connected is None else connected.number
    held = HeldValues(ground=ground, merchant_id=merchant_id, number=number)
    linked = await links.of_profiles(tx, merchant_id, shown)
    await held.keep(tx, linked, shown, await held.of(tx, linked))
