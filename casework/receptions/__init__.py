"""Receptions: the days on which residents are received or visited, planned as series that skip nothing."""
