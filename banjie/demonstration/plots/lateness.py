"""Nobody acts in time: the matter climbs tier by tier until somebody does."""

from banjie.demonstration.plots.moves import begin, closed
from banjie.demonstration.tales import Tale


def late_bureau(tale: Tale) -> None:
    """The office answers after its five working days: cards and a supervision."""
    begin(tale)
    tale.wait(200, 270)
    tale.done()
    closed(tale)


def late_company(tale: Tale, least: float = 76, most: float = 108, orders: int = 1) -> None:
    """The company lets the three days go by; whoever supervises urges it until it acts."""
    begin(tale, channel=tale.chance.choice(("mini_program", "mini_program", "portal", "visit")))
    begun = tale.at
    if tale.chance.random() < 0.5:
        tale.wait(0.5, 5)
        tale.claim()
    for order in range(orders):
        tale.at = begun
        tale.exactly(74 + order * 48, 90 + order * 48)
        urge(tale)
    tale.at = begun
    tale.exactly(least, most)
    tale.done()
    closed(tale)


def urge(tale: Tale) -> None:
    """A supervisor looks into it and leaves an instruction."""
    tale.task(
        "follow_up",
        {"instruction": tale.say("instruction"), "visited": True, "propose": "none", "handled": False},
        optional=True,
    )


def second_tier(tale: Tale) -> None:
    """Up to the street before the company acts."""
    late_company(tale, 126, 160, 2)


def third_tier(tale: Tale) -> None:
    """Up to the county."""
    late_company(tale, 174, 230, 2)


def fourth_tier(tale: Tale) -> None:
    """Up to the city."""
    late_company(tale, 390, 420, 3)
