"""Owners' representatives: recorded by who organises, with the signed mandate; they cast nothing for anybody."""

import re

import pytest

from casework.votes import queries
from tests.webapp.conftest import certificate
from tests.webapp.voting import Voting, appoint, open_vote

LEAD = "周岚"
PHONE = "13800000003"


@pytest.fixture
def voting(city) -> Voting:  # type: ignore[no-untyped-def]
    """A vote that is open, and its organiser."""
    made = open_vote(city)
    appoint(city.casework, city.people[LEAD], "group_lead", city.areas["水景花苑"])
    return made


def test_a_representative_is_recorded_with_the_signed_mandate_and_counts_for_nobody(browser, voting) -> None:
    lead, address = browser(LEAD), f"/votes/{voting.vote_id}/representatives"
    assert address in lead.get(f"/votes/{voting.vote_id}")
    with voting.work() as work:
        before = queries.turnout(work, voting.vote_id)
    lead.get(address)
    key = lead.value("command_key")
    for _press in range(2):
        lead.get(address)
        fields = {"building": "3号楼", "phone": PHONE, "heads": "3", "command_key": key}
        page = lead.post(address, **fields, proof=certificate())
    assert page.count("3 / 4 位业主签名推选") == 1
    link = re.search(rf'href="({address}/files/\d+)">证明.pdf', page)
    assert link is not None
    assert lead.client.get(link[1]).status_code == 200
    with voting.work() as work:
        assert queries.turnout(work, voting.vote_id) == before
    other = browser("李静怡")
    other.get(link[1])
    assert other.status == 404


def test_what_the_roll_does_not_hold_is_refused_beside_its_field(browser, voting) -> None:
    lead, address = browser(LEAD), f"/votes/{voting.vote_id}/representatives"
    lead.get(address)
    key = lead.value("command_key")
    page = lead.post(address, building="9号楼", phone="10000", heads="1", command_key=key, proof=certificate())
    for told in ("名册上没有这幢楼", "没有用这个手机号登记的人", "证明.pdf"):
        assert told in page
    page = lead.post(address, building="3号楼", phone=PHONE, heads="5", command_key=key)
    for told in ("须为 1 至 4 人", "请上传签名的推选或委托书"):
        assert told in page


@pytest.mark.parametrize("who", ["李静怡", "孙维", "南池"])
def test_only_who_organises_records_representatives(browser, voting, who: str) -> None:
    other = browser(who)
    other.get(f"/votes/{voting.vote_id}/representatives")
    assert other.status == 404
