"""A ballot that was filled in while its owner's session ended: it waits for the sign-in in the cookie of this browser.

Nothing of it is kept on the server. It is shown to the person who filled it in, to nobody else who signs in there.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import g, request, session
from werkzeug.datastructures import MultiDict

NAME = "ballot"
MOST = 1500
"""Characters of choices that a cookie takes beside the rest: more than the largest ballots need."""


def kept(view: Callable[..., Any]) -> Callable[..., Any]:
    """Keep what was chosen on a ballot when nobody is signed in any more; goes above the guard of the view."""

    @wraps(view)
    def keeping(*args: Any, **names: Any) -> Any:
        if g.visitor.person_id is None:
            chosen = [(name, value) for name, value in request.form.items(multi=True) if name.startswith("item-")]
            if sum(len(name) + len(value) + 6 for name, value in chosen) <= MOST:
                session[NAME] = {"of": [*_ballot(names), request.form.get("own", type=int)], "chosen": chosen}
        return view(*args, **names)

    return keeping


def waiting(vote_id: int, head_id: int) -> MultiDict[str, str]:
    """Return what the person who is signed in had chosen on this ballot when their session ended; empty for nothing."""
    found = session.get(NAME) or {}
    here = [*_ballot({"vote_id": vote_id, "head_id": head_id}), g.visitor.person_id]
    return MultiDict([(name, value) for name, value in found["chosen"]] if found.get("of") == here else [])


def forget() -> None:
    """Forget it: it was cast, or is shown and can be sent again."""
    session.pop(NAME, None)


def _ballot(names: dict[str, Any]) -> list[int | None]:
    return [names["vote_id"], names["head_id"], request.values.get("mandate", type=int)]
