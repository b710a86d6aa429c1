"""Owners' votes: the roll, the ballots, and the one exact function that says what was decided."""
