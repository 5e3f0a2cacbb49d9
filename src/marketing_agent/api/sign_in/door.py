"""The one way in, for the API and the page alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketing_agent.services import invitations

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.api.sign_in.tries import Tries
    from marketing_agent.api.signed_in import SignedIn
    from marketing_agent.services.ground import Ground
    from marketing_agent.services.invitations import Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What signing in works with; the tries of both ways count together."""

    ground: Ground
    signed_in: SignedIn
    tries: Tries

    async def enter(self, request: Request, code: str) -> tuple[Arrival, str]:
        """Use up an invitation; gives who came in, with their token.

        Raises InvitationUsed, TooManyTries.
        """
        address = request.client.host if request.client else ""
        with self.tries.counted(address):
            arrival = await invitations.sign_in(self.ground, code)
        return arrival, self.signed_in.tokens.token_for(arrival.caller)
