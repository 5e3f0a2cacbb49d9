"""Klaviyo: the client of a merchant's account."""
