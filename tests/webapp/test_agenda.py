"""The agenda: the organiser adds to it until its notice is posted; nothing unannounced is voted."""

from collections.abc import Iterator

import pytest

from casework.publicity.models import Posting
from casework.votes.models import Vote
from tests.webapp.city import City
from tests.webapp.elections import Made, begin, end_all
from tests.webapp.voting import appoint

LEAD = "周岚"
TITLE = "通过管理规约"


@pytest.fixture
def prepared(city: City) -> Iterator[tuple[Made, int]]:
    """A vote of an election whose notice is not posted; the list of candidates was, before."""
    made = begin(city)
    with city.casework.work() as work:
        vote = work.session.query(Vote).filter_by(case_id=made.case_id).one()
        vote.state, vote.opens_at, vote.closes_at = "prepared", None, None
        vote_id = vote.id
    appoint(city.casework, city.people[LEAD], "group_lead", made.estate_id)
    hang(city, made, "election.candidates.posting_days", 1)
    yield made, vote_id
    with city.casework.work() as work:
        work.session.query(Posting).filter_by(case_id=made.case_id).delete()
    end_all(city)


def hang(city: City, made: Made, length_key: str, run: int) -> None:
    """Post something of the election."""
    with city.casework.work() as work:
        posting = Posting(
            case_id=made.case_id,
            run=run,
            round=1,
            posted_at=work.now,
            ends_at=work.now,
            length_key=length_key,
        )
        work.session.add(posting)


def titles(city: City, vote_id: int) -> list[str]:
    with city.casework.work() as work:
        return [str(item["title"]) for item in work.session.get_one(Vote, vote_id).items]


def test_the_organiser_adds_an_item_once_before_the_notice_is_posted(browser, city, prepared) -> None:
    _made, vote_id = prepared
    lead, address = browser(LEAD), f"/votes/{vote_id}/items/new"
    assert address in lead.get(f"/votes/{vote_id}")
    lead.get(address)
    key = lead.value("command_key")
    assert "请写明表决什么" in lead.post(address, title=" ", command_key=key)
    assert lead.status == 422
    for _press in range(2):
        lead.get(address)
        page = lead.post(address, title=TITLE, text="管理规约草案全文。", command_key=key)
    assert "管理规约草案全文" in page
    assert titles(city, vote_id) == ["选举委员", TITLE]


def test_after_the_notice_nothing_is_added_and_the_page_says_why_and_what_instead(browser, city, prepared) -> None:
    made, vote_id = prepared
    lead, address = browser(LEAD), f"/votes/{vote_id}/items/new"
    lead.get(address)
    key = lead.value("command_key")
    hang(city, made, "election.notice.days", 2)
    page = lead.post(address, title=TITLE, command_key=key)
    assert lead.status == 422
    for told in ("议程已于 2026-09-18 公告", "新事项须另行公告", "最早 2026-10-03 表决"):
        assert told in page
    assert 'name="title"' not in lead.get(address)
    assert titles(city, vote_id) == ["选举委员"]


@pytest.mark.parametrize("who", ["李静怡", "孙维", "马宁"])
def test_only_the_organiser_adds(browser, prepared, who: str) -> None:
    _made, vote_id = prepared
    other = browser(who)
    other.get(f"/votes/{vote_id}/items/new")
    assert other.status == 404
    other.get("/votes")
    other.post(f"/votes/{vote_id}/items/new", title=TITLE)
    assert other.status == 404
