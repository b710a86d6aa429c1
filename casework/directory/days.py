"""Days and periods as the directory counts them: in the jurisdiction's zone, the first and the last day included."""

from datetime import date, timedelta

from sqlalchemy.dialects.postgresql import Range

from casework.errors import Invalid
from casework.persistence import Work


def today(work: Work) -> date:
    """Return the local day of the work."""
    return work.now.astimezone(work.house.zone).date()


def period(since: date, last_day: date | None = None) -> Range[date]:
    """Return the period from `since` to `last_day`, both in it; open-ended without a last day."""
    if last_day is not None and last_day < since:
        raise Invalid(
            "结束日期早于开始日期",
            "The period ends before it begins",
            {"last_day": [("不能早于开始日期", "Can't be before the first day")]},
        )
    return Range(since, None if last_day is None else last_day + timedelta(days=1), bounds="[)")
