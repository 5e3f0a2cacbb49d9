"""Typed extractors: what a sentence says outright. Nothing here ever guesses."""
