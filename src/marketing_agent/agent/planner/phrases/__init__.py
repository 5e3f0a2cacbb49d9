"""What the program says in English, and the same in the other languages."""
