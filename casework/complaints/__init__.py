"""Complaints: reports from every channel, the unit that answers them, and the rating at the end."""
