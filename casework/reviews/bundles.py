"""Everything about the reviews of a case as one file that stands in court: an index, the evidence, and their hashes."""

import hashlib
import json
import re
import tempfile
import zipfile
from typing import IO

from casework import attachments, audit
from casework.cases.models import Case
from casework.directory.viewing import SYSTEM_VIEWER, Viewer
from casework.errors import NotFound
from casework.persistence import Work
from casework.reviews.queries import bundle

_IN_MEMORY = 8 << 20
_UNFIT = re.compile(r"[^\w.-]+")
_READ_ME = (
    "index.json：审查的全部经过，被取代的结论也在内；人员只写编号。\n"
    "files/：证据原件，文件名前是编号。\n"
    "SHA256SUMS：以上每个文件的散列值，可用 sha256sum -c SHA256SUMS 核对。\n\n"
    "index.json: the whole course of the reviews, findings that were replaced included; people by their ids alone.\n"
    "files/: the evidence as it is kept, each by its id.\n"
    "SHA256SUMS: the hash of every file above; check with sha256sum -c SHA256SUMS.\n"
)


def write_bundle(work: Work, viewer: Viewer, case: Case) -> IO[bytes]:
    """Return the evidence of a case's reviews as a zip, however long ago they were; who took it is recorded.

    Raises NotFound for somebody who does not supervise the place, or a case without a review.
    """
    found = bundle(work, case.id)
    if not viewer.reads(case.area_path) or not found["reviews"]:
        raise NotFound("没有资格审查，或您无权导出。", "There is no review, or it is not yours to export.")
    packed = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the door closes it when it is sent
    sums = []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for one in found["files"]:
            one["path"] = f"files/{one['id']}-{_UNFIT.sub('_', one['name'])}"
            with attachments.open_file(work, one["id"], SYSTEM_VIEWER).stream as source:
                raw = source.read()
            sums.append((hashlib.sha256(raw).hexdigest(), one["path"]))
            made.writestr(one["path"], raw)
        index = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True).encode()
        for name, raw in (("index.json", index), ("README.txt", _READ_ME.encode())):
            sums.append((hashlib.sha256(raw).hexdigest(), name))
            made.writestr(name, raw)
        made.writestr("SHA256SUMS", "".join(f"{digest}  {name}\n" for digest, name in sums))
    audit.record(work, ("case", case.id), "evidence_exported", files=len(found["files"]))
    packed.seek(0)
    return packed
