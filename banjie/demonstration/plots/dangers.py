"""Somebody is in danger: minutes count, and the cause is put right later."""

from banjie.demonstration.plots.moves import arrive, begin, closed, make_safe
from banjie.demonstration.tales import Tale


def urgent(tale: Tale) -> None:
    """A danger: somebody comes within the minutes, or not, and makes it safe."""
    emergency(tale)
    tale.exactly(0.1, 0.45 if tale.chance.random() < 0.7 else 1.2)
    arrive(tale)
    tale.exactly(0.2, 1.1)
    make_safe(tale)
    tale.wait(1, 20)
    tale.done()
    closed(tale)


def emergency(tale: Tale) -> None:
    """Somebody rings about a danger."""
    danger = tale.cause["danger"]
    details = {"house_part": True} if danger in ("burst_pipe", "no_water_power") else {}
    begin(tale, channel=tale.chance.choice(("call", "hotline", "mini_program")), danger=danger, details=details,
          part="common", location_id=tale.home.unit_id, confidential=False)  # fmt: skip


def accident(tale: Tale) -> None:
    """Somebody was hurt; the report to the authority is still to be made."""
    emergency(tale)
    tale.exactly(0.1, 0.2)
    arrive(tale)
    tale.exactly(0.1, 0.2)
    make_safe(tale, accident=True)


def to_arrive(tale: Tale) -> None:
    """A danger that was just reported."""
    emergency(tale)


def to_make_safe(tale: Tale) -> None:
    """On the spot, not yet safe."""
    emergency(tale)
    tale.exactly(0.1, 0.15)
    arrive(tale)


def urgent_handled(tale: Tale) -> None:
    """Safe; the cause is still to be put right."""
    to_make_safe(tale)
    tale.exactly(0.3, 0.5)
    make_safe(tale)
