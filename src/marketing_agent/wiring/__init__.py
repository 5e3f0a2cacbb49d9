"""The only place that builds real things and reads the settings."""
