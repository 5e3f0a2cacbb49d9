"""The story of `demo --once`: who plays, what each of them does, what is checked."""
