"""The survey of an estate on a phone: everything is kept in the browser first, and sent when there is a network."""
