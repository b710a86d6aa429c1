"""Supervision: orders with a limit that go up the ladder, and the yellow and red cards."""
