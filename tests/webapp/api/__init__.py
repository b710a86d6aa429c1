"""Tests of the JSON API through the real door, domain and database."""
