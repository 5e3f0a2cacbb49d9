"""Diagnosis: evidence is gathered live, and the checks of `core` conclude from it."""
