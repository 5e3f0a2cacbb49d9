"""Our records in PostgreSQL."""
