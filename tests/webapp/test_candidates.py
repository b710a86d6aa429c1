"""Who stands for election: by their real name, with what voters are told, from the posted list to the result."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from casework.cases.models import Case
from casework.directory.mentions import mention, posted_names, with_names
from casework.directory.people import erase_person
from casework.elections.candidacies import PARTY_POSTED, about, abouts
from casework.elections.facts import facts
from casework.elections.models import Candidate
from casework.policies import pinned
from casework.publicity.models import Posting
from casework.votes.models import Vote
from tests.webapp.elections import PEOPLE, begin, end_all, seat

WORDS = "在本小区住了十二年，愿把账目一笔一笔公开。"


@pytest.fixture
def made(city):  # type: ignore[no-untyped-def]
    """An election whose agenda knows its candidates by reference alone."""
    begun = begin(city)
    with city.casework.work() as work:
        vote = work.session.scalars(select(Vote).where(Vote.case_id == begun.case_id)).one()
        items = [{**one, "candidates": [dict(each) for each in one["candidates"]]} for one in vote.items]
        for each in items[0]["candidates"]:
            del each["name"]
        vote.items = items
        told = update(Candidate).where(Candidate.case_id == begun.case_id)
        work.session.execute(told.values(building="3号楼", words=WORDS, source="joint"))
    yield begun
    with city.casework.work() as work:
        work.session.execute(delete(Posting).where(Posting.case_id == begun.case_id))
    end_all(city)


def vote_of(city, made) -> int:
    with city.casework.work() as work:
        return int(work.session.scalars(select(Vote.id).where(Vote.case_id == made.case_id)).one())


def test_the_agenda_shows_names_in_full_and_what_voters_are_told(browser, city, made) -> None:
    page = browser("李静怡").get(f"/votes/{vote_of(city, made)}")
    for told in ("许明远", "陈思齐", "3号楼", "业主联名推荐", WORDS):
        assert told in page


def test_in_english_the_letters_stand_beside_the_name_on_the_ballot(browser, city, made) -> None:
    other = browser("李静怡")
    page = other.get(f"/language/en?back=/votes/{vote_of(city, made)}")
    other.get("/language/zh")
    assert "Xu Mingyuan 许明远" in page
    assert "put forward by owners jointly" in page.lower()


def test_who_belongs_to_the_party_is_told_only_where_the_place_posts_it(city, made) -> None:
    with city.casework.work() as work:
        case = work.session.get_one(Case, made.case_id)
        rules = pinned(work.session, case.policies)
        told = abouts(work, made.case_id)[made.people[0]]
        posted = rules.value(PARTY_POSTED)
        assert posted is True
        assert ("中共党员" in told[0], "party member" in told[1]) == (posted, posted)
        assert "中共党员" not in abouts(work, made.case_id)[made.people[1]][0]
        one = work.session.scalars(select(Candidate).filter_by(case_id=made.case_id, person_id=made.people[0])).one()
        assert "党员" not in about(one, party=False)[0]


def test_before_a_list_is_fixed_those_who_passed_stand_by_strokes(city, made) -> None:
    with city.casework.work() as work:
        work.session.execute(
            update(Candidate).where(Candidate.case_id == made.case_id).values(place=None, state="passed")
        )
        work.session.flush()
        rows = facts(work, work.session.get_one(Case, made.case_id))["passed"]
        found = {int(row["order"]): posted_names(work, [int(row["person"])])[int(row["person"])][0] for row in rows}
        work.session.rollback()
    assert [found[place] for place in sorted(found)] == ["许明远", "宋佳", "陈思齐", "高建国"]


def test_a_posted_list_names_everybody_with_number_and_words(stranger, city, made) -> None:
    with city.casework.work() as work:
        rows = [{"person": person, "post": "member", "place": no} for no, person in enumerate(made.people[:2], 1)]
        posting = Posting(
            case_id=made.case_id,
            estate_id=made.estate_id,
            title="候选人名单",
            run=7,
            round=1,
            posted_at=work.now,
            ends_at=work.now + timedelta(days=7),
            length_key="election.candidates.posting_days",
            online=True,
            people=rows,
        )
        work.session.add(posting)
    page = stranger.get(f"/board/{made.estate_id}")
    assert "1. 许明远" in page
    assert "2. 陈思齐" in page
    assert WORDS in page


def test_the_committee_is_shown_by_name(browser, city, made) -> None:
    seat(city, made.people)
    page = browser("李静怡").get(f"/elections/estates/{made.estate_id}/committee")
    assert all(name in page for name in PEOPLE[:4])


def test_what_is_kept_mentions_people_and_who_is_erased_is_named_no_more(city, made) -> None:
    with city.casework.work() as work:
        kept = f"当选：{mention(made.people[0])}。"
        assert "许明远" not in kept
        assert with_names(work, kept) == "当选：许明远。"
        assert with_names(work, {"text_en": kept})["text_en"] == "当选：Xu Mingyuan 许明远。"
        assert with_names(work, "没有提到谁 {person}") == "没有提到谁 {person}"
        erase_person(work, made.people[0])
        assert "许明远" not in with_names(work, kept)
        work.session.rollback()
