"""The conversation on a terminal: what draws, what reads, what asks."""
