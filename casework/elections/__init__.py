"""Owners' committees: how they are elected, seated, filed and annulled, under the rules of the place."""
