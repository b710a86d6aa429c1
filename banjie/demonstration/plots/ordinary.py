"""A matter goes its ordinary way: reported, handled, verified, rated."""

from banjie.demonstration.plots.moves import begin, closed, handled
from banjie.demonstration.tales import Tale


def satisfied(tale: Tale) -> None:
    """Done, verified, and the complainant is content."""
    begin(tale)
    handled(tale)
    closed(tale)


def recorded_first(tale: Tale) -> None:
    """A first step on record, the rest later."""
    begin(tale)
    handled(tale, 20, 60, record=True)
    closed(tale)


def returned(tale: Tale) -> None:
    """The evidence is not enough; it comes back once."""
    begin(tale)
    handled(tale, 1, 20)
    tale.wait(0.5, 8)
    tale.task("verify", {"pass": "return", "evidence_ok": False, "reason": tale.say("returned")})
    tale.wait(1, 20)
    tale.done()
    closed(tale)


def anonymous(tale: Tale) -> None:
    """Nobody knows who reported, so nobody is called back."""
    begin(tale, channel=tale.chance.choice(("letter", "call", "portal")), anonymous=True, confidential=False)
    handled(tale)
    tale.wait(0.5, 14)
    tale.verify()


def changed_hands(tale: Tale) -> None:
    """Reported to the old company, moved to the new one on the day of its contract, done by it."""
    begin(tale, channel="mini_program")
    tale.wait(2, 8)
    tale.record()
    tale.wait(70, 90)
    tale.done()
    closed(tale)


def new(tale: Tale) -> None:
    """Just reported."""
    begin(tale)


def claimed(tale: Tale) -> None:
    """Taken in hand, nothing done yet."""
    begin(tale)
    tale.exactly(0.3, 1.5)
    tale.claim()


def half_done(tale: Tale) -> None:
    """A first step is on record."""
    begin(tale)
    tale.wait(0.5, 6)
    tale.claim()
    tale.wait(1, 8)
    tale.record()


def to_verify(tale: Tale) -> None:
    """Reported done."""
    begin(tale)
    handled(tale, 1, 10)
