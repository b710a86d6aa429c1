"""Closed cases written straight into the tables, to count them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from casework.cases.models import Case, CaseUnit
from casework.complaints.models import Complaint, Intake
from casework.definitions.models import Release, ReleaseFiles
from casework.persistence import Work
from casework.statistics.models import CaseStatistic
from tests.directory.town import Town

JUNE = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)


@dataclass
class Books:
    """What is written, by a running number."""

    town: Town
    release: int
    written: int = 0
    cases: list[Case] = field(default_factory=list)

    def case(self, estate: str, unit: str, at: datetime = JUNE, *, closed: bool = True, **counts: Any) -> Case:
        """Write a complaint at an estate, received at `at`, and closed an hour later with these counts."""
        work, self.written = self.town.work, self.written + 1
        area = self.town.areas[estate]
        outcome = counts.pop("outcome", "satisfied" if closed else None)
        made = Case(
            no=f"T{self.written}",
            process="complaint_handling",
            release_id=self.release,
            state=b"",
            tokens=[],
            status="closed" if closed else "open",
            outcome=outcome,
            area_id=area.id,
            area_path=area.path,
            estate_id=area.id,
            unit_id=self.town.units[unit].id,
            category=counts.pop("category", "service"),
            policies="",
            incident_at=at,
            opened_at=at,
            sealed=counts.pop("sealed", False),
            tags=[],
        )
        work.session.add(made)
        work.session.flush()
        work.session.add(CaseUnit(case_id=made.id, organisation_id=self.town.units[unit].id, since=at))
        work.session.add(Complaint(case_id=made.id, triage={}))
        if closed:
            self._row(made, at, counts)
        work.session.flush()
        self.cases.append(made)
        return made

    def intake(self, case: Case, at: datetime = JUNE) -> None:
        """Write a report of a case."""
        self.written += 1
        self.town.work.session.add(
            Intake(
                case_id=case.id,
                code=f"C{self.written}",
                pin_hash="",
                channel="portal",
                line="online",
                received_at=at,
                estate_id=case.estate_id,
                part="common",
                text="",
                joint=[],
                details={},
                files=[],
            )
        )
        self.town.work.session.flush()

    def _row(self, made: Case, at: datetime, counts: dict[str, Any]) -> None:
        given = {
            "minutes_to_record": 30,
            "reply_in_time": True,
            "handbacks": 0,
            "extended": False,
            "redo": 0,
            "satisfied": True,
            "intakes": 1,
            "intakes_satisfied": 1,
            "intakes_dissatisfied": 0,
            **counts,
        }
        given.setdefault("once", not (given["handbacks"] or given["extended"] or given["redo"]))
        self.town.work.session.add(
            CaseStatistic(
                case_id=made.id,
                area_path=made.area_path,
                unit_id=made.unit_id,
                category=made.category,
                channel="portal",
                line="online",
                urgency="normal",
                tier=0,
                received_at=at,
                closed_at=at + timedelta(hours=1),
                kind=made.outcome or "",
                **given,
            )
        )


def open_books(work: Work, town: Town) -> Books:
    """Return empty books; the release is there for the key alone."""
    work.session.add(ReleaseFiles(hash="books", packed=b""))
    work.session.flush()
    release = Release(process="books", version=1, hash="books", current=True, published_at=work.now)
    work.session.add(release)
    work.session.flush()
    return Books(town, release.id)
