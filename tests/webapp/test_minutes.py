"""Signed minutes: scanned by who sits in the committee, kept under their hash, read by those they concern."""

import hashlib
import re

import pytest
from sqlalchemy import delete

from casework.elections.models import CommitteeAct
from tests.webapp.conftest import certificate
from tests.webapp.elections import begin, end_all, seat


@pytest.fixture
def estate(city):  # type: ignore[no-untyped-def]
    """An estate with a committee in office."""
    made = begin(city)
    seat(city, made.people)
    yield made.estate_id
    with city.casework.work() as work:
        work.session.execute(delete(CommitteeAct).where(CommitteeAct.kind == "minutes"))
    end_all(city)


def hand_in(browser, estate: int, **more: object) -> str:  # type: ignore[no-untyped-def]
    browser.get(f"/elections/estates/{estate}/minutes")
    fields = {"meeting": "assembly", "held_on": "2026-09-12", "command_key": browser.value("command_key"), **more}
    return str(browser.post(f"/elections/estates/{estate}/minutes", **fields))


def test_minutes_are_kept_under_their_hash_and_owners_read_them(browser, estate) -> None:
    page = hand_in(browser("周岚"), estate, proof=certificate())
    assert "会议纪要已存入" in page
    owner = browser("李静怡")
    page = owner.get(f"/elections/estates/{estate}/committee")
    assert "2026年9月12日 业主大会会议" in page
    link = re.search(rf'href="(/elections/estates/{estate}/minutes/\d+)">证明.pdf', page)
    assert link is not None
    assert hashlib.sha256(owner.client.get(link[1]).data).hexdigest() in page
    other = browser("南池")
    other.get(link[1])
    assert other.status == 404


def test_a_mistake_is_told_beside_its_field_and_loses_no_file(browser, estate) -> None:
    page = hand_in(browser("周岚"), estate, meeting="", held_on="2030-01-01", proof=certificate())
    for told in ("请选择是哪种会议", "不晚于今天", "证明.pdf"):
        assert told in page
    assert "请上传签字后的纪要" in hand_in(browser("周岚"), estate)


@pytest.mark.parametrize("who", ["孙维", "南池"])
def test_who_neither_sits_nor_organises_hands_nothing_in(browser, estate, who: str) -> None:
    other = browser(who)
    other.get(f"/elections/estates/{estate}/minutes")
    assert other.status == 404
    other.get("/inbox")
    other.post(f"/elections/estates/{estate}/minutes", meeting="assembly", held_on="2026-09-12")
    assert other.status in (403, 404)
