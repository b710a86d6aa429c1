"""How long and how much the check may take."""

import resource
import time

from casework.engine.check import check
from casework.engine.problems import Problem


def timed(files: dict[str, bytes], seconds: float = 1.0) -> list[Problem]:
    """Check files; fail when it takes longer than a second or more than 100 MB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    told = list(check(files))
    assert time.process_time() - start < seconds
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
    return told
