"""Pages that are open learn that something has changed."""
