"""The rules of linkage: pure, no I/O, no clock, no framework."""
