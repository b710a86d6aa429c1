"""Owners' votes: what an owner, a teller and the public see and do."""
