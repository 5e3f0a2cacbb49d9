"""Import existing LINE User IDs: the setting, its runs, and what they tell."""
