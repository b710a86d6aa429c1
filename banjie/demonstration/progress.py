"""A progress bar: redrawn on a terminal, a line for every fifth part of the way elsewhere."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

_WIDTH = 30


class Bar:
    """Shows how far a long work has come."""

    def __init__(self, report: Callable[[str], None], total: int) -> None:
        self._report = report
        self._total = max(total, 1)
        self._shown = -1
        self._began = time.monotonic()
        self._terminal = sys.stdout.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._terminal:
            sys.stdout.write("\n")

    def show(self, count: int) -> None:
        """Show that so many steps are done."""
        percent = count * 100 // self._total
        step = percent if self._terminal else percent // 20 * 20
        if step == self._shown:
            return
        self._shown = step
        line = f"  {'█' * (step * _WIDTH // 100):<{_WIDTH}} {step:3d}%  {time.monotonic() - self._began:3.0f} s"
        if self._terminal:
            sys.stdout.write(f"\r{line}")
            sys.stdout.flush()
        else:
            self._report(line)
