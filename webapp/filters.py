"""The filters of a list as the query string, so that they survive opening a case and coming back."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from flask import request, url_for

from webapp.identity import safe_back


class Filters:
    """What the address asks for: known names only, one value each, never longer than a person would type."""

    def __init__(self, endpoint: str, names: Sequence[str], values: Mapping[str, str]) -> None:
        self._endpoint = endpoint
        self._names = names
        self._values = {name: values[name][:80] for name in names if values.get(name)}

    @classmethod
    def of_request(cls, endpoint: str, names: Sequence[str]) -> "Filters":
        """Read them from the request's address."""
        return cls(endpoint, names, request.args)

    def value(self, name: str) -> str | None:
        """Return one filter's value."""
        return self._values.get(name)

    def has(self, name: str, value: str) -> bool:
        """Say whether the filter is set to `value`; "all" is how a list begins."""
        return self._values.get(name, "all" if name == "list" else None) == value

    def number(self, name: str) -> int | None:
        """Return a filter that is a number; None where it is none."""
        text = self._values.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    @property
    def any(self) -> bool:
        """Say whether anything but the place in the list is filtered."""
        return bool(self._values.keys() - {"after", "list"})

    @property
    def given(self) -> dict[str, str]:
        """Return what is set."""
        return dict(self._values)

    @property
    def here(self) -> str:
        """Return the address of this very list."""
        return self._url(self._values)

    def toggled(self, name: str, value: str) -> str:
        """Return the address with the filter set, or taken away where it is set; the list starts anew."""
        values = {key: text for key, text in self._values.items() if key != "after"}
        if values.get(name) == value:
            del values[name]
        else:
            values[name] = value
        return self._url(values)

    def with_value(self, name: str, value: str) -> str:
        """Return the address with one more value."""
        return self._url({**self._values, name: value})

    def without(self, name: str) -> str:
        """Return the address without one value."""
        return self._url({key: text for key, text in self._values.items() if key != name})

    def task(self, task_id: int) -> str:
        """Return the address of a task that knows its way back here."""
        return url_for("cases.task", task_id=task_id, back=self.here)

    def _url(self, values: Mapping[str, str]) -> str:
        query = urlencode([(name, values[name]) for name in self._names if name in values])
        return url_for(self._endpoint) + (f"?{query}" if query else "")


def came_from(otherwise: str) -> str:
    """Return where the person came from, if the request says so and it is on this site."""
    return safe_back(request.values.get("back"), otherwise)
