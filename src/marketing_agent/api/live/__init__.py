"""Live updates: what changed, told to open dashboards."""
