"""The rules of the check, one module per subject; importing the package registers them all."""

from casework.engine.checks import (
    activities,
    calls,
    connections,
    events,
    expressions,
    gateways,
    house,
    identity,
    joins,
    language,
    loops,
    references,
    structure,
    timers,
    unsupported,
)

__all__ = [
    "activities",
    "calls",
    "connections",
    "events",
    "expressions",
    "gateways",
    "house",
    "identity",
    "joins",
    "language",
    "loops",
    "references",
    "structure",
    "timers",
    "unsupported",
]
