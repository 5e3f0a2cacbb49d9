"""A small shop in a box: it emails its customers, and shows their inboxes as phones.

`ShopWorld` is the state, `shop_app(world)` serves it over HTTP.
"""

from marketing_agent.sandbox.shop.app import shop_app
from marketing_agent.sandbox.shop.customers import Customer, CustomerSource
from marketing_agent.sandbox.shop.landing import Landing
from marketing_agent.sandbox.shop.merge import MergeError
from marketing_agent.sandbox.shop.world import Mail, ShopWorld

__all__ = [
    "Customer",
    "CustomerSource",
    "Landing",
    "Mail",
    "MergeError",
    "ShopWorld",
    "shop_app",
]
