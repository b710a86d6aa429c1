"""Cases: the one door through which a case moves, and everything that is written with it."""
