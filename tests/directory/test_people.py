"""Personal data is sealed, masked, recorded when looked at, and erased by deleting a key."""

import json

import pytest
from sqlalchemy import delete, select, text

from casework import audit
from casework.directory import people
from casework.directory.models import Person, PersonData, PersonKey
from casework.directory.names import latin_name, masked_name, masked_phone, plain_phone, sort_key
from casework.directory.people import Particulars, add_person
from casework.directory.sealing import Sealing
from casework.errors import Forbidden, Invalid, NotFound, Refused
from casework.persistence import SYSTEM, Actor, Base, House, Work
from tests.directory.town import Town

WANG = Particulars("王小明", "138 1234-5678", "11010519491231002X")


@pytest.fixture
def wang(work: Work) -> Person:
    return add_person(work, "resident", WANG)


def test_nothing_in_the_database_shows_who_it_is(work: Work, wang: Person) -> None:
    for table in Base.metadata.sorted_tables:
        rows = work.session.execute(text(f'SELECT row_to_json(t)::text FROM "{table.name}" t')).scalars()  # noqa: S608
        for row in rows:
            seen = row + "".join(_bytes_in(json.loads(row)))
            for secret in ("王小明", "13812345678", "138 1234", "11010519491231002X"):
                assert secret not in seen, table.name


def _bytes_in(value: object) -> list[str]:
    if isinstance(value, dict):
        return [part for item in value.values() for part in _bytes_in(item)]
    if isinstance(value, str) and value.startswith("\\x"):
        return [bytes.fromhex(value[2:]).decode("utf-8", "ignore")]
    return []


def test_a_look_needs_a_purpose_and_is_recorded(work: Work, wang: Person) -> None:
    officer = work.acting_as(Actor("person", add_person(work, "staff").id))
    with pytest.raises(Invalid):
        people.reveal(officer, wang.id, "curiosity")
    with pytest.raises(Forbidden):
        people.reveal(officer, wang.id, "own")
    assert people.reveal(officer, wang.id, "contact", case_id=5) == WANG
    (entry,) = audit.entries_of(work.session, ("person", wang.id))
    assert (entry.what, entry.actor_person_id, entry.refs) == (
        "revealed",
        officer.actor.person_id,
        {"purpose": "contact", "case": 5},
    )
    with pytest.raises(Forbidden):
        people.reveal(work.acting_as(Actor("anonymous")), wang.id, "contact")


def test_pages_show_residents_masked_and_colleagues_by_name(work: Work, wang: Person) -> None:
    clerk = add_person(work, "staff", Particulars("周敏", "13900000000"))
    seen = people.shown(work, [wang.id, clerk.id], full=True)
    assert (seen[wang.id].zh, seen[wang.id].en, seen[wang.id].phone) == ("王**", "Wang **", "138****5678")
    assert (seen[clerk.id].zh, seen[clerk.id].text("en")) == ("周敏", "Zhou Min")
    assert people.shown(work, [clerk.id])[clerk.id].zh == "周**"


def test_a_phone_finds_its_people_however_it_is_written(work: Work, wang: Person) -> None:
    assert people.persons_with_phone(work, "+86 13812345678") == [wang.id]
    assert people.persons_with_phone(work, "１３８１２３４５６７８") == [wang.id]
    assert people.persons_with_phone(work, "13812345679") == []
    assert people.persons_with_phone(work, "") == []


def test_erasing_leaves_the_pseudonym_and_nothing_to_open(work: Work, wang: Person) -> None:
    people.erase_person(work, wang.id)
    assert people.persons_with_phone(work, WANG.phone) == []
    with pytest.raises(NotFound):
        people.reveal(work, wang.id, "contact")
    assert people.shown(work, [wang.id])[wang.id].zh == f"已注销{wang.id}"
    assert [entry.what for entry in audit.entries_of(work.session, ("person", wang.id))] == ["erased"]


def test_without_its_key_the_data_of_a_backup_is_noise(work: Work, wang: Person) -> None:
    work.session.execute(delete(PersonKey))
    with pytest.raises(NotFound):
        people.reveal(work, wang.id, "contact")
    assert people.shown(work, [wang.id])[wang.id].zh == wang.pseudonym


def test_the_data_of_one_person_does_not_open_as_another(work: Work, wang: Person) -> None:
    other = add_person(work, "resident", Particulars("李四"))
    row, key = work.session.get_one(PersonData, wang.id), work.session.get_one(PersonKey, wang.id)
    with pytest.raises(Refused):
        Sealing.of(work.house.secrets).open(other.id, row.sealed, key.wrapped)
    stranger = Work(work.session, work.now, SYSTEM, House(secrets={"people": b"another secret of at least 32 bytes"}))
    with pytest.raises(Refused):
        people.reveal(stranger, wang.id, "contact")


def test_staff_in_office_are_not_erased(town: Town) -> None:
    clerk = town.staff("street_officer@东街")
    with pytest.raises(Refused):
        people.erase_person(town.work, clerk.id)


def test_changed_particulars_get_a_fresh_key(work: Work, wang: Person) -> None:
    before = work.session.scalar(select(PersonKey.wrapped).where(PersonKey.person_id == wang.id))
    myself = work.acting_as(Actor("person", wang.id))
    people.change_particulars(myself, wang.id, Particulars("王小明", "13800000001"))
    assert people.persons_with_phone(work, "13812345678") == []
    assert people.reveal(myself, wang.id, "own").phone == "13800000001"
    assert work.session.scalar(select(PersonKey.wrapped).where(PersonKey.person_id == wang.id)) != before
    with pytest.raises(Forbidden):
        people.change_particulars(work.acting_as(Actor("person", wang.id + 1)), wang.id, WANG)


def test_only_the_system_reads_a_phone_to_send_to(work: Work, wang: Person) -> None:
    assert people.phone_for_notices(work, wang.id) == WANG.phone
    with pytest.raises(Forbidden):
        people.phone_for_notices(work.acting_as(Actor("person", wang.id)), wang.id)


def test_without_the_secret_nothing_is_kept(work: Work) -> None:
    bare = Work(work.session, work.now, SYSTEM, House())
    assert add_person(bare, "resident").pseudonym.startswith("居民")
    with pytest.raises(Refused):
        add_person(bare, "resident", WANG)
    with pytest.raises(ValueError, match="32 bytes"):
        Sealing(b"short")


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("李雷", "李**", "Li **"),
        ("欧阳修", "欧阳**", "Ouyang **"),
        ("John Smith", "John **", "John **"),
        ("", "**", "**"),
    ],
)
def test_masks_of_names(name: str, zh: str, en: str) -> None:
    assert (masked_name(name), masked_name(name, "en")) == (zh, en)


def test_masks_of_phones_and_names_in_letters() -> None:
    assert [masked_phone(phone) for phone in ("13812345678", "0635-1234567", "96333", "")] == [
        "138****5678",
        "063****4567",
        "****33",
        "",
    ]
    assert (latin_name("欧阳明月"), latin_name("Ann")) == ("Ouyang Mingyue", "Ann")
    assert plain_phone("0086-138 1234 5678") == "13812345678"
    assert sort_key("2号楼") < sort_key("10号楼")


def test_particulars_never_print() -> None:
    assert "王" not in repr(WANG)
