"""Activities that need several tokens."""

from casework.engine.normalising.draft import Draft
from casework.engine.xml import ACTIVITIES, ext, flows, local


def token_quantities(draft: Draft) -> None:
    """Before an activity that needs several tokens they are gathered, over whichever flow they come."""
    for activity in draft.all(*ACTIVITIES):
        needed = activity.get("startQuantity", "1").strip()
        scope = draft.scope(activity)
        coming = [flow for flow in flows(scope) if flow.get("targetRef") == activity.get("id")]
        if needed == "1" or not coming:
            continue
        names = {"name": activity.get("name", ""), ext("kind"): activity.get(ext("kind"), local(activity))}
        gathering = draft.new(scope, "tokenJoin", activity, "tokens", quantity=needed, **names)
        for flow in coming:
            flow.set("targetRef", gathering.get("id", ""))
        draft.flow(gathering, activity)
