"""The database: its base class and column types, connections, and the unit of work."""

from casework.persistence.base import Base, Identity, Instant
from casework.persistence.database import KEPT, Database
from casework.persistence.listening import Listening
from casework.persistence.work import ANONYMOUS, SYSTEM, Actor, House, Work

__all__ = [
    "ANONYMOUS",
    "KEPT",
    "SYSTEM",
    "Actor",
    "Base",
    "Database",
    "House",
    "Identity",
    "Instant",
    "Listening",
    "Work",
]
