"""The customer's pages: from the link in an email to "done", and back by unlinking."""

from marketing_agent.api.customer.routes import customer_routes

__all__ = ["customer_routes"]
