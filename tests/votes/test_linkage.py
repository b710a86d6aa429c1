"""Who has the whole database learns who voted, not how: of any vote before its close, of a secret one ever."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import MetaData, text

from casework.persistence import Database
from casework.votes import services
from tests.votes.estate import CLOSES, OPENS, Estate, election, people, settle, working

Row = Mapping[str, Any]
VOTERS = 60
SIZES = [Decimal("80.00") + at * Decimal("0.37") for at in range(VOTERS)]
"""No two flats alike: an area printed beside a choice would name its owner."""
WHERE = "SELECT ctid::text AS ctid, xmin::text AS xmin, cmin::text AS cmin, * FROM "


def dump(database: Database) -> dict[str, list[Row]]:
    """Return every row of every table with where it lies and which transaction wrote it, in physical order."""
    metadata = MetaData()
    metadata.reflect(database.engine)
    with database.engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(text(f'{WHERE}"{table.name}"')).mappings()]
            for table in metadata.sorted_tables
        }


def plain(value: Any) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


class Poll:
    """A vote of sixty owners on a database of its own; `said` is what each of them chose."""

    def __init__(self, database: Database, mode: str) -> None:
        self.database = database
        chance = random.Random(7)
        areas = [[size] for size in chance.sample(SIZES, VOTERS)]
        self.said = chance.sample(["for", "against"] * (VOTERS // 2), VOTERS)
        with database.transaction() as session:
            self.estate = settle(session, areas, joint=())
            trustees = people(session, 3)
            secretly = {"trustees": trustees, "threshold": 2} if mode == "secret" else {}
            items = [
                {"no": 1, "title": "甲", "class": "ordinary", "kind": "decision"},
                election(2, 1, {"zeta": 1, "eta": 2}),
            ]
            self.estate.prepare(*items, mode=mode, **secretly)
            self.shares = (
                list(services.hand_out_shares(self.estate.work(), self.estate.vote_id).values()) if secretly else []
            )
            services.open_box(self.estate.work(), self.estate.vote_id, OPENS, CLOSES)
        self.people = [owners[0] for owners in self.estate.owners]
        for at in chance.sample(range(VOTERS), VOTERS):
            said = {1: self.said[at], 2: ["zeta"] if self.said[at] == "for" else ["eta"]}
            with working(database, self.people[at], OPENS) as work:
                services.cast(work, self.estate.vote_id, self.estate.heads[at], said, key=f"key {at}")

    def count(self) -> dict[str, Any]:
        with working(self.database, None, CLOSES) as work:
            services.close(work, self.estate.vote_id)
        with working(self.database, None, CLOSES) as work:
            return services.count(work, self.estate.vote_id, shares=self.shares[:2])


def best_guess(estate: Estate, said: Sequence[str], tables: Mapping[str, Sequence[Row]]) -> tuple[int, str]:
    """Return how many choices the best of all joins gets right, and which join that is."""
    known = _known_of(estate, tables["envelope"], tables["roll_head"])
    best = (0, "")
    for name, rows in tables.items():
        for how, matched in _joins(known, rows):
            for column in rows[0]:
                for kind, feature in FEATURES.items():
                    best = max(best, (_right(matched, column, feature, said), f"{name} by {how}: {kind} of {column}"))
    return best


FEATURES: Mapping[str, Callable[[Any], str]] = {
    "value": plain,
    "length": lambda value: str(len(plain(value))),
}
FEW = 4
"""Of a feature with more values than this nothing is learnt: it is as good as an id."""


def _known_of(estate: Estate, envelopes: Sequence[Row], heads: Sequence[Row]) -> list[dict[str, str]]:
    """Return what is known of each voter: every id, their area, and all that their envelope says of itself."""
    by_head = {row["head_id"]: row for row in envelopes}
    areas = {row["id"]: row["area"] for row in heads}
    return [
        {"person": plain(estate.owners[at][0]), "part": plain(estate.parts[at][0]), "area": plain(areas[head])}
        | {f"envelope.{name}": plain(value) for name, value in by_head[head].items()}
        for at, head in enumerate(estate.heads)
    ]


def _joins(known: Sequence[Mapping[str, str]], rows: Sequence[Row]) -> Iterator[tuple[str, dict[int, Row]]]:
    """Yield every way to lay the rows of a table beside the voters: by equal values, and by the same order."""
    if not rows:
        return
    for name in known[0]:
        voters = {one[name]: at for at, one in enumerate(known)}
        if len(voters) < len(known):
            continue
        for column in rows[0]:
            found = {voters[plain(row[column])]: row for row in rows if plain(row[column]) in voters}
            if len(found) == len(known):
                yield f"{name} = {column}", found
        if len(rows) == len(known):
            ordered = sorted(range(len(known)), key=lambda at, name=name: _order(known[at][name]))  # type: ignore[misc]
            for column in rows[0]:
                lined = sorted(rows, key=lambda row, column=column: _order(plain(row[column])))  # type: ignore[misc]
                yield f"order of {name} and {column}", dict(zip(ordered, lined, strict=True))


def _order(value: str) -> tuple[int, str]:
    return len(value), value


def _right(matched: Mapping[int, Row], column: str, feature: Callable[[Any], str], said: Sequence[str]) -> int:
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for at, row in matched.items():
        groups[feature(row[column])][said[at]] += 1
    return sum(max(group.values()) for group in groups.values()) if len(groups) <= FEW else 0


CHANCE = VOTERS * 3 // 4
"""Sixty tosses of a coin are guessed this well by the best of some thousand rules less than once in a hundred times."""


def test_the_whole_database_does_not_tell_who_chose_what_in_a_secret_vote(own_database: Database) -> None:
    poll = Poll(own_database, "secret")
    assert best_guess(poll.estate, poll.said, dump(own_database))[0] <= CHANCE
    result = poll.count()
    tables = dump(own_database)
    right, how = best_guess(poll.estate, poll.said, tables)
    assert right <= CHANCE, how
    assert sorted(poll.said).count("for") == result["items"][0]["for"]["heads"]
    shown = {value for row in tables["vote"] for value in _texts(row["result"])}
    assert not shown & {str(size) for size in SIZES}, "no sum is the area of one flat"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
    else:
        yield str(value)


@pytest.mark.parametrize("leak", ["ctid", "area", "xmin"])
def test_the_search_finds_a_leak_that_is_planted(own_database: Database, leak: str) -> None:
    poll = Poll(own_database, "secret")
    tables = dump(own_database)
    said = dict(zip(poll.estate.heads, poll.said, strict=True))
    areas = {row["id"]: row["area"] for row in tables["roll_head"]}
    rows: list[dict[str, Any]] = [
        {"ctid": f"(0,{at})", "xmin": row["xmin"], "area": areas[row["head_id"]], "choice": said[row["head_id"]]}
        for at, row in enumerate(sorted(tables["envelope"], key=lambda row: row["id"]), 1)
    ]
    kept = [{leak: row[leak], "choice": row["choice"]} for row in random.Random(1).sample(rows, VOTERS)]
    assert best_guess(poll.estate, poll.said, {**tables, "planted": kept})[0] == VOTERS


@pytest.mark.parametrize("mode", ["signed", "secret"])
def test_before_the_close_no_choice_lies_readable_anywhere(
    own_database: Database, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    poll = Poll(own_database, mode)
    tables = dump(own_database)
    assert best_guess(poll.estate, poll.said, tables)[0] <= CHANCE
    lying = {name: [plain(list(row.values())) for row in rows] for name, rows in tables.items() if name != "vote"}
    words = [word for one in ("zeta", '"for"', "against") for word in (one, one.encode().hex())]
    assert [(name, word) for name, rows in lying.items() for row in rows for word in words if word in row] == []
    assert [word for word in words if word in caplog.text] == []
    for share in poll.shares:
        assert share.hex() not in "".join(row for rows in lying.values() for row in rows)


def test_a_signed_vote_is_by_name_once_it_is_counted(own_database: Database) -> None:
    poll = Poll(own_database, "signed")
    poll.count()
    by_head = {row["head_id"]: row["choices"]["1"] for row in dump(own_database)["envelope"]}
    assert [by_head[head] for head in poll.estate.heads] == poll.said
