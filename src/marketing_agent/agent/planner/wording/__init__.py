"""What the planner says: one YAML file per language, each with all texts."""
