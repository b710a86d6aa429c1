"""What was done, by whom and when: append-only entries in one chain of hashes per subject."""

from casework.audit.models import AuditEntry, AuditHead
from casework.audit.queries import Problem, entries_of, root, verify, verify_all
from casework.audit.references import as_references, holds_personal_number
from casework.audit.services import Subject, record

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Problem",
    "Subject",
    "as_references",
    "entries_of",
    "holds_personal_number",
    "record",
    "root",
    "verify",
    "verify_all",
]
