"""Klaviyo and LINE over HTTP: their JSON becomes our types here and goes no further."""
