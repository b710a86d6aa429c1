"""Tests of the web door, on the real domain and the real database."""
