"""Durable wake-ups."""
