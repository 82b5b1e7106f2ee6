"""What schemathesis has to know of the site that it calls. Loaded by SCHEMATHESIS_HOOKS."""

import re

import schemathesis

# Counts as a name that does not resolve without being asked for: saved at once, with a warning.
HOST = "hooks.example.com"


@schemathesis.hook
def before_call(context, case, kwargs):
    """Right requests act for the key's own user, and send to a name that nobody looks up."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if isinstance(case.query, dict):
        case.query.pop("user", None)
    body = case.body
    events = body.get("events") if isinstance(body, dict) else None
    for object in [body, *(events if isinstance(events, list) else [])]:
        if not isinstance(object, dict):
            continue
        object.pop("user", None)
        if isinstance(object.get("endpoint_url"), str):
            rest = re.sub(r"^[^:]*://[^/?]*", "", object["endpoint_url"])
            object["endpoint_url"] = f"https://{HOST}{rest}"
