"""A process that casts, closes, extends or counts the only vote of a database, for tests that kill it.

`python -m tests.faults.voting DATABASE_URL few|cast|close|extend|count [SHARE…]`: casts, of a few owners or of all,
print each receipt once it is committed.
"""

import sys

from sqlalchemy import select

from casework.persistence import Database
from casework.votes import services
from casework.votes.models import RollOwner, Vote
from tests.votes.estate import CLOSES, DAY, OPENS, working

LATER = CLOSES + 7 * DAY
FEW = 10


def main(url: str, step: str, *shares: str) -> None:
    """Do one step, each part of it in a transaction of its own."""
    database = Database(url)
    with database.transaction() as session:
        vote_id, ends = session.execute(select(Vote.id, Vote.closes_at)).one()
        owners = session.execute(select(RollOwner.head_id, RollOwner.person_id).order_by(RollOwner.head_id)).all()
    if step in ("few", "cast"):
        for number, (head, person) in enumerate(owners[:FEW] if step == "few" else owners):
            with working(database, person, OPENS if ends == CLOSES else CLOSES) as work:
                choice = {1: "against" if number % 3 else "for"}
                receipt = services.cast(work, vote_id, head, choice, key=f"ballot {head}")
            sys.stdout.write(f"{receipt.digest}\n")
            sys.stdout.flush()
    with working(database, None, ends) as work:
        if step == "close":
            services.close(work, vote_id)
        elif step == "extend":
            services.extend(work, vote_id, LATER)
        elif step == "count":
            services.count(work, vote_id, shares=[bytes.fromhex(share) for share in shares])
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
