"""A unit of work in a house that keeps files in a folder."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from casework.attachments import Files, FolderStore
from casework.clock import MovableClock
from casework.directory.viewing import Viewer
from casework.persistence import SYSTEM, House, Work

SEEN_BY = 7


def _only_seven(_work: Work, _subject_id: int, viewer: Viewer) -> bool:
    return viewer.person_id == SEEN_BY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the files of the test lie."""
    return tmp_path / "files"


@pytest.fixture
def work(session: Session, clock: MovableClock, folder: Path) -> Work:
    """A unit of work of the system; "case" files are seen by person 7 alone."""
    return Work(session, clock.now(), SYSTEM, House(files=Files(FolderStore(folder), {"case": _only_seven})))
