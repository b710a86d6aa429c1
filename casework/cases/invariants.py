"""What must hold of all cases at any moment, whatever was killed when: asked of the database itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import TextClause, text

from casework import audit
from casework.cases.queries import stranded
from casework.persistence import Work


@dataclass(frozen=True)
class Broken:
    """One thing that can't be so: of which case or record, by which rule, in both languages."""

    rule: str
    subject: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.subject} {self.rule}: {self.zh} / {self.en}"


@dataclass(frozen=True)
class _Rule:
    """A rule whose statement gives the number of every case that breaks it."""

    name: str
    zh: str
    en: str
    statement: TextClause


_RULES = (
    _Rule(
        "history_gap",
        "办理记录不连续",
        "the history has a gap",
        text(
            """
SELECT c.no FROM "case" c LEFT JOIN
  (SELECT case_id, count(*) AS n, min(seq) AS low, max(seq) AS high FROM history GROUP BY case_id) h ON h.case_id = c.id
WHERE coalesce(h.n, 0) <> c.lines OR coalesce(h.high, 0) <> c.lines OR (c.lines > 0 AND h.low <> 1) ORDER BY c.id
"""
        ),
    ),
    _Rule(
        "timer_without_job",
        "等待中的定时器没有对应的后台任务",
        "a timer that is armed has no job that will fire it then",
        text(
            """
SELECT c.no FROM case_timer t JOIN "case" c ON c.id = t.case_id
WHERE t.due_at IS NOT NULL AND NOT EXISTS (
  SELECT FROM job j WHERE j.key = 'timer:' || t.case_id || ':' || t.task AND j.state IN ('ready', 'running', 'dead')
  AND (j.due_at = t.due_at OR j.attempt > 0 OR j.last_error IS NOT NULL)) ORDER BY c.id
"""
        ),
    ),
    _Rule(
        "job_without_timer",
        "后台任务对应的定时器已不在等待",
        "a job will fire a timer that does not wait",
        text(
            """
SELECT c.no FROM job j JOIN "case" c ON c.id = j.case_id
WHERE j.kind = 'cases.timer' AND j.state IN ('ready', 'dead') AND NOT EXISTS (
  SELECT FROM case_timer t WHERE t.case_id = j.case_id AND t.task = j.payload ->> 'timer' AND t.due_at IS NOT NULL)
ORDER BY c.id
"""
        ),
    ),
    _Rule(
        "job_left_behind",
        "后台任务的进程早已中断，却无人接手",
        "a job's process ended long ago and no other took it over",
        text(
            """
SELECT coalesce(c.no, 'job ' || j.id) FROM job j LEFT JOIN "case" c ON c.id = j.case_id
WHERE j.state = 'running' AND j.lease_until < now() - interval '2 minutes' ORDER BY j.id
"""
        ),
    ),
    _Rule(
        "item_without_token",
        "待办与流程所处的环节不符",
        "more tasks are open than the diagram stands at",
        text(
            """
SELECT DISTINCT c.no FROM
  (SELECT case_id, process, element, count(*) AS n FROM work_item WHERE state = 'open' GROUP BY 1, 2, 3) i
  JOIN "case" c ON c.id = i.case_id
WHERE i.n > (SELECT count(*) FROM jsonb_array_elements(c.tokens) t
  WHERE t ->> 'process' = i.process AND t ->> 'element' = i.element) ORDER BY 1
"""
        ),
    ),
    _Rule(
        "responsible_unit",
        "责任单位不是恰好一个",
        "there is not exactly one responsible unit",
        text(
            """
SELECT c.no FROM "case" c LEFT JOIN
  (SELECT case_id, count(*) AS n, max(organisation_id) AS unit FROM case_unit WHERE leads AND until IS NULL GROUP BY 1)
  u ON u.case_id = c.id
WHERE c.status = 'open' AND (coalesce(u.n, 0) <> CASE WHEN c.unit_id IS NULL THEN 0 ELSE 1 END
  OR u.unit IS DISTINCT FROM c.unit_id) ORDER BY c.id
"""
        ),
    ),
    _Rule(
        "clock_after_the_end",
        "已办结的案件仍在计时",
        "a clock runs though the case is closed",
        text(
            """
SELECT DISTINCT c.no FROM case_clock k JOIN "case" c ON c.id = k.case_id
WHERE c.status = 'closed' AND k.stopped_at IS NULL ORDER BY 1
"""
        ),
    ),
)


def broken(work: Work) -> Sequence[Broken]:
    """Return everything in the stored cases that can't be so unless something was lost, doubled or altered.

    Held at any moment between two transactions: audit chains are whole · history has no gap · every armed timer has
    its job, and the reverse · every open case has a next step · no more open tasks than tokens · exactly one
    responsible unit · no clock after the end · no job that nobody takes over.
    """
    found = [
        Broken("audit", f"{one.subject.kind} {one.subject.id}", one.zh, one.en)
        for one in audit.verify_all(work.session)
    ]
    for rule in _RULES:
        found += [Broken(rule.name, no, rule.zh, rule.en) for no in work.session.scalars(rule.statement)]
    zh, en = "未办结，却没有下一步", "it is open and has no next step"
    return [*found, *(Broken("stranded", no, zh, en) for no in stranded(work))]
