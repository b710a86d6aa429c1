"""Files belong to something, are seen by who may see it, and leave no orphans."""

import os
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework import attachments
from casework.attachments import Attachment, FolderStore
from casework.attachments.services import MOST_FILES
from casework.directory.viewing import NOBODY, Viewer
from casework.errors import Invalid, NotFound, Refused
from casework.persistence import ANONYMOUS, SYSTEM, Actor, House, Work
from tests.attachments.conftest import SEEN_BY
from tests.attachments.samples import photo


def keep(work: Work, subject: str | None = None, size: int = 20) -> Attachment:
    return attachments.keep(work, BytesIO(photo((size, size))), "a.jpg", subject)


def age(folder: Path, hours: float) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (time.time() - hours * 3600,) * 2)


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_who_may_see_the_subject_opens_its_files_and_nobody_else_learns_they_exist(work: Work) -> None:
    row = keep(work, "case:1")
    attachments.open_file(work, row.id, Viewer(SEEN_BY, "staff")).stream.close()
    for who in (Viewer(8, "staff"), NOBODY):
        for small in (False, True):
            with pytest.raises(NotFound) as hidden:
                attachments.open_file(work, row.id, who, small=small)
            with pytest.raises(NotFound) as missing:
                attachments.open_file(work, row.id + 999, who, small=small)
            assert str(hidden.value) == str(missing.value)


def test_files_of_an_unknown_kind_of_subject_are_seen_by_nobody(work: Work) -> None:
    row = keep(work, "mystery:1")
    with pytest.raises(NotFound):
        attachments.open_file(work, row.id, Viewer(SEEN_BY, "staff"))


def test_a_draft_is_its_senders_alone_and_moves_with_the_form(work: Work) -> None:
    mine, yours = (work.acting_as(Actor("person", number)) for number in (5, 6))
    row = keep(mine)
    attachments.open_file(work, row.id, Viewer(5, "resident")).stream.close()
    with pytest.raises(NotFound):
        attachments.open_file(work, row.id, Viewer(SEEN_BY, "staff"))
    with pytest.raises(NotFound):
        attachments.attach(yours, [row.id], "case:2")
    with pytest.raises(NotFound):
        attachments.attach(work.acting_as(ANONYMOUS), [row.id], "case:2")
    assert attachments.attach(mine, [row.id, row.id], "case:1") == [row]
    assert attachments.attach(mine, [row.id], "case:1") == [row]
    assert list(attachments.files_for(work, [("case", 1)])) == [row]
    with pytest.raises(NotFound):
        attachments.attach(mine, [row.id], "case:2")


def test_a_form_names_its_drafts_by_tokens_that_cannot_be_guessed(work: Work) -> None:
    first, second = keep(work), keep(work, size=30)
    assert attachments.drafts_by_token(work, [second.token, first.token]) == [second, first]
    assert len(first.token) >= 20
    for tokens in ([first.token, "guess"], [str(first.id)]):
        with pytest.raises(NotFound):
            attachments.drafts_by_token(work, tokens)
    attachments.attach(work, [first.id], "case:1")
    with pytest.raises(NotFound):
        attachments.drafts_by_token(work, [first.token])


def test_the_same_bytes_lie_in_the_store_once(work: Work, folder: Path) -> None:
    one, two = keep(work, "case:1"), keep(work, "case:2")
    assert one.digest == two.digest
    assert files_in(folder) == {one.digest, one.thumbnail}


def test_a_subject_takes_so_many_files(work: Work) -> None:
    data = BytesIO(photo((8, 8)))
    for _ in range(MOST_FILES):
        data.seek(0)
        attachments.keep(work, data, "a.jpg", "case:1")
    with pytest.raises(Invalid):
        keep(work, "case:1")
    draft = keep(work)
    with pytest.raises(Invalid):
        attachments.attach(work, [draft.id], "case:1")


def test_the_sweep_takes_what_no_row_names_and_leaves_the_rest(work: Work, folder: Path) -> None:
    row = keep(work, "case:1")
    lost = FolderStore(folder).put(BytesIO(b"written, then the transaction failed"))
    (folder / ".left-over").write_bytes(b"a write that was cut off")
    age(folder, 25)
    fresh = FolderStore(folder).put(BytesIO(b"its transaction is still open"))
    assert attachments.sweep_orphans(work) == 1
    assert lost.digest in files_in(folder)
    work.committed()
    assert files_in(folder) == {row.digest, row.thumbnail, fresh.digest}


def test_what_was_put_again_while_the_sweep_ran_stays(work: Work, folder: Path) -> None:
    lost = FolderStore(folder).put(BytesIO(b"again"))
    age(folder, 25)
    assert attachments.sweep_orphans(work) == 1
    FolderStore(folder).put(BytesIO(b"again"))
    work.committed()
    assert files_in(folder) == {lost.digest}


def test_drafts_that_no_form_took_are_forgotten(work: Work, folder: Path) -> None:
    keep(work), keep(work, "case:1", size=30)
    age(folder, 25)
    later = Work(work.session, work.now + timedelta(hours=25), SYSTEM, work.house)
    attachments.sweep_orphans(later)
    later.committed()
    assert work.session.scalar(select(func.count()).select_from(Attachment)) == 1
    assert len(files_in(folder)) == 2


def test_a_draft_can_be_taken_back(work: Work) -> None:
    draft, placed = keep(work), keep(work, "case:1")
    for row in (draft, placed):
        attachments.discard(work, row.token)
    assert [row.id for row in attachments.by_ids(work, [draft.id, placed.id])] == [placed.id]


def test_the_store_knows_hashes_only(folder: Path) -> None:
    store = FolderStore(folder)
    for name in ("../../etc/passwd", "", "a" * 63, "A" * 64, "0" * 64):
        with pytest.raises(NotFound):
            store.open(name)


def test_a_house_without_a_store_says_so(work: Work) -> None:
    with pytest.raises(Refused):
        keep(Work(work.session, work.now, SYSTEM, House()))
