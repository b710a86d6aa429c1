"""The list of work that waits for a person."""
