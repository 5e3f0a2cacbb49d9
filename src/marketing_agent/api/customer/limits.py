"""How fast one address may ask for customer pages: bookkeeping of one process.

So generous that a person never meets it, nor an office or a mobile network behind one
address; a flood from one machine does. The address is that of the connection: what a
stranger writes into a header is not looked at here.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import NotAllowed

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.services.ground import Clock

_MOST_ADDRESSES: Final = 10_000
"""Beyond it the one that was quiet the longest is forgotten."""
_IPV6_PREFIX: Final = 64
"""Bits that belong to one customer of a provider."""


class TooManyRequests(NotAllowed):
    """Too many requests from this address. Wait {retry_after} s, then try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """So many requests at once, and so many a second for as long as one likes."""

    at_once: int
    per_second: float


READING: Final = Allowance(at_once=3000, per_second=50)
WRITING: Final = Allowance(at_once=600, per_second=10)
MAIL_IMAGES: Final = Allowance(at_once=6000, per_second=100)
"""Mail providers fetch the images of all their users from a few addresses."""


class AddressLimits:
    """The requests of each address, forgotten as their allowance comes back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._used_until: OrderedDict[tuple[Allowance, str], float] = OrderedDict()

    def admit(self, request: Request, allowance: Allowance) -> None:
        """Count a request. Raises TooManyRequests instead where it is one too many."""
        self.take(address_of(request), allowance)

    def take(self, caller: str, allowance: Allowance) -> None:
        """Count a request of any caller, such as a merchant's whole shop."""
        now = self._clock().timestamp()
        key = (allowance, caller)
        used_until = max(self._used_until.get(key, now), now)
        room = allowance.at_once / allowance.per_second - (used_until - now)
        cost = 1 / allowance.per_second
        if room < cost:
            raise TooManyRequests(retry_after=math.ceil(cost - room))
        self._used_until[key] = used_until + cost
        self._used_until.move_to_end(key)
        if len(self._used_until) > _MOST_ADDRESSES:
            self._used_until.popitem(last=False)


def address_of(request: Request) -> str:
    """The address that the request came from; of IPv6 the part that is one customer's.

    Behind proxies that the operator trusts the server has put in the customer's own.
    """
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _IPV6_PREFIX), strict=False))
    return host
