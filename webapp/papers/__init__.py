"""Papers of a case: looked at, and taken as PDF or Word."""
