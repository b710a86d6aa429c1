"""`banjie backup` and `banjie restore`: everything that is kept but the keys, in one folder that can be checked."""

import hashlib
import hmac
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from banjie import starting
from casework.attachments import FolderStore, Store
from casework.attachments import copying as files
from casework.config import Settings, read_settings
from casework.errors import Conflict, Invalid, NotFound, Refused
from casework.persistence import Database, copying, migrating
from casework.persistence.copying import CopiedTable

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_TABLES, _FILES, _LISTED = "tables", "files", "files.txt"
Item = TypeVar("Item")


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `key` is the fingerprint of the master key that its personal data is sealed with."""

    format: int
    made_at: datetime
    revision: str
    key: str
    tables: tuple[CopiedTable, ...]
    sequences: dict[str, int]
    files: int
    files_sha256: str
    missing: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(table.rows for table in self.tables)

    @property
    def told(self) -> dict[str, Any]:
        """The figures a program reads."""
        return {
            "made_at": self.made_at.isoformat(),
            "revision": self.revision,
            "tables": {table.name: table.rows for table in self.tables},
            "rows": self.rows,
            "files": self.files,
            "missing": list(self.missing),
        }


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def backup(folder: Path, *, as_json: bool) -> None:
    """Copy the database and the files to FOLDER, which must be empty; Banjie may go on running.

    The keys are not in it: keep MASTER_KEY in another place, or nobody's particulars can be read again. Ends with 1
    when a file that the database names is lost or damaged; everything else is in the backup then.
    """
    made = back_up(starting.prepared(read_settings()), folder, quiet=as_json)
    if as_json:
        click.echo(json.dumps(made.told, ensure_ascii=False))
    else:
        click.echo(f"已备份 {made.rows} 行、{made.files} 个文件。 Backed up: {made.rows} rows, {made.files} files.")
        _tell_missing(made)
        click.echo("主密钥不在备份里，请另行保管。 The master key is not in it: keep it in another place.")
    raise SystemExit(1 if made.missing else 0)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def restore(folder: Path, *, as_json: bool) -> None:
    """Load a backup from FOLDER into an empty database, under the master key it was made with.

    Every part is checked first. Nothing is loaded unless everything is. Run `banjie verify` afterwards.
    """
    made = bring_back(starting.prepared(read_settings()), folder, quiet=as_json)
    if as_json:
        click.echo(json.dumps(made.told, ensure_ascii=False))
    else:
        click.echo(f"已恢复 {made.rows} 行、{made.files} 个文件。 Restored: {made.rows} rows, {made.files} files.")
        _tell_missing(made)


def back_up(settings: Settings, folder: Path, *, quiet: bool = True) -> Manifest:
    """Write a backup to a folder that is empty or not there yet; the list that makes it whole is written last."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(f"“{folder}”不是空文件夹。", f"“{folder}” is not an empty folder.")
    (folder / _TABLES).mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    database = Database(settings.database_url, pool_size=1)
    with database.snapshot() as session:
        revision = migrating.revision_of(session.connection())
        if revision is None:
            raise Refused("数据库里什么都没有，无可备份。", "There is nothing in the database to back up.")
        made_at = copying.began(session)
        tables = [
            copying.copy_out(session, table, folder / _TABLES)
            for table in _with_bar(copying.tables(session), "表 tables", quiet=quiet)
        ]
        digests = files.named(session)
        numbers = copying.sequences(session)
    database.close()
    missing: list[str] = []
    whole: list[str] = []
    copied = files.copy(_store(settings), FolderStore(folder / _FILES), digests)
    for digest, is_whole in _with_bar(copied, "文件 files", len(digests), quiet=quiet):
        (whole if is_whole else missing).append(digest)
    listed = folder / _LISTED
    listed.write_text("".join(f"{digest}\n" for digest in whole), encoding="ascii")
    manifest = Manifest(
        FORMAT,
        made_at,
        revision,
        _fingerprint(settings),
        tuple(tables),
        numbers,
        len(whole),
        copying.sha256_of(listed),
        tuple(missing),
    )
    _write_durably(folder / MANIFEST, json.dumps(asdict(manifest), indent=1, default=str))
    return manifest


def bring_back(settings: Settings, folder: Path, *, quiet: bool = True) -> Manifest:
    """Check a backup and load it into an empty database; bring that to this version's tables."""
    manifest = read_manifest(folder)
    if not hmac.compare_digest(manifest.key, _fingerprint(settings)):
        raise Refused(
            "主密钥不是做备份时的那一把；请先设置 MASTER_KEY，或把它放到 BANJIE_HOME/master.key。",
            "This is not the master key the backup was made with; set MASTER_KEY, or put it into "
            "BANJIE_HOME/master.key.",
        )
    if not migrating.is_known(manifest.revision):
        raise Refused(
            f"备份来自更新的版本（{manifest.revision}），请用那个版本恢复。",
            f"The backup was made by a newer version ({manifest.revision}); restore it with that one.",
        )
    digests = checked(folder, manifest, quiet=quiet)
    database = Database(settings.database_url, pool_size=1)
    with database.transaction() as session:
        copying.must_be_empty(session)
        standing = migrating.revision_of(session.connection())
    if standing not in (None, manifest.revision):
        raise Conflict(
            "数据库的表已是另一个版本；请用一个全新的数据库恢复。",
            "The tables of the database are of another version; restore into a new database.",
        )
    migrating.upgrade(settings.database_url, manifest.revision)
    copied = files.copy(FolderStore(folder / _FILES), _store(settings), digests)
    for digest, whole in _with_bar(copied, "文件 files", len(digests), quiet=quiet):
        if not whole:
            raise _damaged(digest)
    with database.transaction() as session:
        copying.must_be_empty(session)
        for table in _with_bar(manifest.tables, "表 tables", quiet=quiet):
            copying.copy_in(session, table, folder / _TABLES)
        copying.set_sequences(session, manifest.sequences)
    database.close()
    migrating.upgrade(settings.database_url)
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Return the list of a backup; Invalid for a folder that holds no whole one."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise ValueError
        told["tables"] = tuple(CopiedTable(**table) for table in told["tables"])
        told["made_at"], told["missing"] = datetime.fromisoformat(told["made_at"]), tuple(told["missing"])
        return Manifest(**told)
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise Invalid(
            f"“{folder}”里没有完整的备份（{MANIFEST}）。", f"“{folder}” holds no whole backup ({MANIFEST})."
        ) from wrong


def checked(folder: Path, manifest: Manifest, *, quiet: bool = True) -> list[str]:
    """Return the hashes of a backup's files after checking each part; Refused naming the first that is not whole."""
    for table in _with_bar(manifest.tables, "核对 check", quiet=quiet):
        path = folder / _TABLES / table.file
        if not path.is_file() or path.stat().st_size != table.size or copying.sha256_of(path) != table.sha256:
            raise _damaged(f"{_TABLES}/{table.file}")
    listed = folder / _LISTED
    if not listed.is_file() or copying.sha256_of(listed) != manifest.files_sha256:
        raise _damaged(_LISTED)
    digests = listed.read_text(encoding="ascii").split()
    kept = FolderStore(folder / _FILES)
    for digest in _with_bar(digests, "核对 check", quiet=quiet):
        if not _is_whole(kept, digest):
            raise _damaged(digest)
    return digests


def _is_whole(store: Store, digest: str) -> bool:
    try:
        with store.open(digest) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest  # type: ignore[arg-type]
    except NotFound:
        return False


def _store(settings: Settings) -> Store:
    store: Store = starting.opened(settings).house.files.store
    return store


def _fingerprint(settings: Settings) -> str:
    return hmac.new(bytes.fromhex(settings.master_key), b"banjie backup", "sha256").hexdigest()[:16]


def _damaged(part: str) -> Refused:
    return Refused(
        f"备份里的“{part}”缺失或损坏；请换另一份备份。", f"“{part}” of the backup is lost or damaged; take another one."
    )


def _tell_missing(made: Manifest) -> None:
    for digest in made.missing:
        click.echo(f"缺失或损坏的文件 Lost or damaged file: {digest}", err=True)


def _with_bar(items: Iterable[Item], label: str, length: int | None = None, *, quiet: bool) -> Iterator[Item]:
    """Yield the items under a bar that shows how far it is, on the standard error."""
    if quiet:
        yield from items
        return
    with click.progressbar(items, length=length, label=label, file=sys.stderr) as bar:
        yield from bar


def _write_durably(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
