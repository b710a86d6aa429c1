"""Publishing a process: the gates, the version, the pin."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import func, select, update

from casework import engine, policies
from casework.definitions.findings import form_findings
from casework.definitions.library import build, diagrams_of, form_name, forms_of, pack, tables_of
from casework.definitions.models import Release, ReleaseFiles
from casework.errors import NotFound
from casework.persistence import Work


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the hash of a release: of the names and contents of all its files."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()


def publish(work: Work, process: str, files: Mapping[str, bytes]) -> Release:
    """Publish `files` as the new current release of `process`; the same files again are the same release.

    Raises DefinitionRefused with every finding about its diagrams and forms, or DecisionRefused with those about its
    tables; then nothing is published. What names what the house or the release does not have (an operation, a role, a
    scope, a rule, a form, the name of an answer) is refused like what is wrong in itself. Running cases keep the
    release they are pinned to.
    """
    session = work.session
    digest = digest_of(files)
    current = session.scalar(select(Release).where(Release.process == process, Release.current).with_for_update())
    if current is not None and current.hash == digest:
        return current
    _refuse_wrong(files, _offered(work, files))
    opened = build(digest, process, files)
    own = [one for one in opened.definition.processes.values() if one.file.split("/")[0] == process]
    if session.get(ReleaseFiles, digest) is None:
        session.add(ReleaseFiles(hash=digest, packed=pack(files)))
        session.flush()
    last = session.scalar(select(func.max(Release.version)).where(Release.process == process)) or 0
    session.execute(update(Release).where(Release.process == process, Release.current).values(current=False))
    release = Release(
        process=process,
        version=last + 1,
        hash=digest,
        current=True,
        messages=sorted({name for one in own for name in one.messages}),
        signals=sorted({name for one in own for name in one.signals}),
        published_at=work.now,
        published_by=work.actor.person_id,
    )
    session.add(release)
    session.flush()
    return release


def _refuse_wrong(files: Mapping[str, bytes], offered: engine.Catalogue) -> None:
    """Raise DefinitionRefused when a diagram or form of a release is wrong, with what is wrong with any of them."""
    wrong: list[engine.Problem] = []
    try:
        engine.load(diagrams_of(files), catalogue=offered)
    except engine.DefinitionRefused as refused:
        wrong += refused.problems
    wrong += form_findings(forms_of(files), files, offered)
    if any(problem.severity == "error" for problem in wrong):
        raise engine.DefinitionRefused(wrong)


def _offered(work: Work, files: Mapping[str, bytes]) -> engine.Catalogue:
    """Return what the diagrams of a release may name: what the house offers, the rules, and its own tables."""
    house = work.house.catalogue or engine.Catalogue()
    rules = policies.known_keys(work.session)
    names = {form_name(name) for name in forms_of(files)}
    return replace(house, decisions=set(tables_of(files)), policies=rules, forms=names)


def current(work: Work, process: str) -> Release:
    """Return the release new cases of `process` are pinned to; raise NotFound when none is published."""
    release = work.session.scalar(select(Release).where(Release.process == process, Release.current))
    if release is None:
        raise NotFound(f"流程“{process}”尚未发布。", f"The process “{process}” is not published.")
    return release
