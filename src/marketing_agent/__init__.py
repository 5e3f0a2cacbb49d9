"""Ties Klaviyo profiles and LINE friends together as the same person."""
