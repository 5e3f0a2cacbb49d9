"""Klaviyo, LINE and a small shop in a box, over real HTTP."""
