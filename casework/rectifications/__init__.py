"""Rectification notices: what a company was told to put right, and what it did not in time."""
