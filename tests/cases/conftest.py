import threading
from collections.abc import Callable
from typing import Any

import pytest

from casework.errors import CaseworkError


@pytest.fixture
def at_once() -> Callable[[int, Callable[[int], Any]], list[Any]]:
    """Call something in so many threads at the same moment; return what each gave, or the refusal it met."""

    def run(number: int, call: Callable[[int], Any]) -> list[Any]:
        gate = threading.Barrier(number)
        answers: list[Any] = [None] * number

        def one(place: int) -> None:
            gate.wait()
            try:
                answers[place] = call(place)
            except CaseworkError as refused:
                answers[place] = refused

        threads = [threading.Thread(target=one, args=(place,)) for place in range(number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    return run
