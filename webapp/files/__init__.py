"""Attachments: the only way a stored file reaches a browser."""
