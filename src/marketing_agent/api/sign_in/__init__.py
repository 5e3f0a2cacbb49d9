"""Signing in by an invitation: over the API, and on a page for people."""
