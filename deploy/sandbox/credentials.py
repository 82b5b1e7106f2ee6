"""Mixpanel and Amplitude: no OAuth, but a call that tells whether credentials are good."""

from accounts import COMPANY
from call import Refusal, json_answer
from clients import same_client
from providers import KEYS


def mixpanel(call):
    need_key(call)
    return json_answer({
        "status": "ok",
        "results": {
            "email": KEYS["mixpanel"][0],
            "organizations": {"9": {"id": 9, "name": COMPANY, "role": "analyst"}},
            "projects": {"2026": {"id": 2026, "name": "Analytical project", "role": "analyst"}},
        },
    })  # fmt: skip


def amplitude(call):
    need_key(call)
    return json_answer({"data": [{"id": 1, "name": "lead_created", "totals": 42}]})


def need_key(call):
    basic = call.basic()
    call.notes["client_auth"] = "basic" if basic else "none"
    if not basic:
        raise Refusal("unauthorized", "there are no credentials", 401)
    call.notes["client_id"] = basic[0]
    if not same_client(basic, KEYS[call.app]):
        raise Refusal("unauthorized", "the credentials are wrong", 401)


PATHS = {("mixpanel", "api/app/me"): mixpanel, ("amplitude", "api/2/events/list"): amplitude}
