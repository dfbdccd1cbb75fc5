"""Tasks in categories."""
