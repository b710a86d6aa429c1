"""Publicity: what is posted for a time, the objections to it, and their answers."""
