"""Made-up people: names, phones and logins, the same for the same seed."""

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pypinyin import lazy_pinyin

from casework.directory.sealing import Particulars

_FOLDER = Path(__file__).parent


class Names:
    """Gives out names and phones, no phone twice, and no name twice where it is asked."""

    def __init__(self, seed: int) -> None:
        known = tomllib.loads((_FOLDER / "names.toml").read_text("utf-8"))
        self._random = random.Random(seed)  # noqa: S311 - made-up names, not secrets
        self._surnames: str = known["surnames"]
        self._given: list[str] = known["given"]
        self._used: set[str] = set()
        self._logins: set[str] = set()
        self._phones = self._numbers()

    def resident(self) -> Particulars:
        """Return somebody; two may have the same name."""
        return Particulars(name=self._name(), phone=next(self._phones))

    def staff(self) -> Particulars:
        """Return somebody whose name nobody else of the staff has."""
        name = self._name()
        while name in self._used:
            name = self._name()
        self._used.add(name)
        return Particulars(name=name, phone=next(self._phones))

    def login(self, name: str) -> str:
        """Return a login in letters: the name by its sound, with a number when it is taken."""
        sound = "".join(lazy_pinyin(name))
        login, number = sound, 2
        while login in self._logins:
            login, number = f"{sound}{number}", number + 1
        self._logins.add(login)
        return login

    def _name(self) -> str:
        # The first surnames of the list are the frequent ones.
        first = min(self._random.randrange(len(self._surnames)), self._random.randrange(len(self._surnames)))
        return self._surnames[first] + self._random.choice(self._given)

    @staticmethod
    def _numbers() -> Iterator[str]:
        """Run over mobile numbers of one range."""
        yield from (f"1990531{number:04d}" for number in range(10_000))
