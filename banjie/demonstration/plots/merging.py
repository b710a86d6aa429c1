"""Several reports about one thing: two lines of one person, neighbours, a whole stairwell."""

from banjie.demonstration.plots.moves import begin, handled
from banjie.demonstration.tales import Tale

# Another cause of the same category, as neighbours see one thing differently.
_NEAR = {
    "daily_cleaning": "dumping",
    "common_lights": "power_supply",
    "lift_fault": "lift_unsafe",
    "green_upkeep": "green_taken",
    "parking_order": "garage_sales",
    "drains_blocked": "drains_blocked",
}
NEAR_CAUSES = frozenset(_NEAR) - {"drains_blocked"}
_NEAR_TEXT = "我们单元门口这边也是这个情况，反映好久了，麻烦一起看看。"


def two_lines(tale: Tale) -> None:
    """The same person reports by app and rings the hotline: one case, two receipts, two callbacks."""
    text = tale.text()
    begin(tale, channel="mini_program", text=text, confidential=False)
    tale.exactly(0.5, 4)
    second = f"{tale.name}-hotline"
    begin(tale, channel="hotline", text=text, confidential=False, hotline_no=f"12345-{tale.at:%m%d}-{tale.name}",
          **{"as": second})  # fmt: skip
    handled(tale)
    tale.wait(0.5, 14)
    tale.verify()
    tale.exactly(0.3, 16)
    tale.rate(tale.chance.choice((4, 5)))
    tale.exactly(0.1, 1)
    tale.rate(tale.chance.choice((4, 5)), of=second)


def asked_same(tale: Tale) -> None:
    """A neighbour writes about nearly the same: the community says that it is the same."""
    begin(tale, channel="mini_program", confidential=False)
    tale.exactly(1, 5)
    neighbour = next(home for home in tale.estate.homes if home.unit_id == tale.home.unit_id and home != tale.home)
    other = f"{tale.name}-neighbour"
    begin(tale, channel="mini_program", confidential=False, person_id=neighbour.owner_id,
          text=_NEAR_TEXT, cause=_NEAR[tale.cause["key"]], **{"as": other})  # fmt: skip
    tale.exactly(0.3, 2.5)
    tale.task("ask_same", {"same": "same", "case": {"case_of": tale.name}}, of=other)
    handled(tale, 2, 24)
    tale.wait(0.5, 14)
    tale.verify()
    tale.exactly(0.3, 16)
    tale.rate(5)
    tale.exactly(0.1, 1)
    tale.rate(4, of=other, person_id=neighbour.owner_id)


def cluster(tale: Tale) -> None:
    """Many neighbours write about one thing: one case, everybody is called back."""
    text = tale.text()
    begin(tale, channel="mini_program", text=text, confidential=False)
    neighbours = [one for one in tale.estate.homes if one.unit_id == tale.home.unit_id and one != tale.home][:4]
    for number, one in enumerate(neighbours):
        tale.exactly(0.2, 1.5)
        begin(tale, channel="mini_program", text=text, confidential=False, person_id=one.owner_id,
              **{"as": f"{tale.name}-{number}"})  # fmt: skip
    handled(tale, 10, 40, record=True)
    tale.wait(0.5, 10)
    tale.verify()
    tale.exactly(0.5, 5)
    tale.rate(4)
    for number, one in enumerate(neighbours):
        tale.exactly(0.2, 8)
        tale.rate(tale.chance.choice((3, 4, 5)), of=f"{tale.name}-{number}", person_id=one.owner_id)


def to_compare(tale: Tale) -> None:
    """Two reports that may be one."""
    begin(tale, channel="mini_program", confidential=False)
    tale.exactly(0.5, 1)
    neighbour = next(home for home in tale.estate.homes if home.unit_id == tale.home.unit_id and home != tale.home)
    begin(tale, channel="mini_program", confidential=False, person_id=neighbour.owner_id,
          text=_NEAR_TEXT, cause=_NEAR[tale.cause["key"]], **{"as": f"{tale.name}-neighbour"})  # fmt: skip
