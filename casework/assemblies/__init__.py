"""Owners' assemblies: what the diagram of a vote asks for, on top of the roll, the ballots and the box."""
