"""Files that come with cases: drawn anew or checked, stored under their hash, shown to who may see the case."""

from casework.attachments.models import DRAFT, Attachment
from casework.attachments.queries import OpenFile, by_ids, drafts_by_token, files_for, open_file
from casework.attachments.services import Files, attach, discard, keep, sweep_orphans
from casework.attachments.store import FolderStore, Store

__all__ = [
    "DRAFT",
    "Attachment",
    "Files",
    "FolderStore",
    "OpenFile",
    "Store",
    "attach",
    "by_ids",
    "discard",
    "drafts_by_token",
    "files_for",
    "keep",
    "open_file",
    "sweep_orphans",
]
