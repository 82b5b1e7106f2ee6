"""What tests steer and see: /control/{app}."""

import dataclasses
import json
import time

from call import Refusal, digest, json_answer


def control(simulator, app, call):
    if call.method == "GET":
        return json_answer(seen(simulator, app))
    # A page of a browser cannot send this type elsewhere without asking.
    if call.method != "POST" or call.header("Content-Type") != "application/json":
        raise Refusal("invalid_request", "POST with application/json", 415)
    try:
        wish = json.loads(call.body)
        steer(simulator, app, wish)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal("invalid_request", f"cannot be done: {error!r}", 422) from None
    return json_answer(seen(simulator, app))


def steer(simulator, app, wish):
    register = simulator.register
    if wish.get("reset"):
        simulator.reset(app)
    if "set" in wish:
        simulator.change(app, wish["set"])
    if "redirect_uris" in wish:
        simulator.more_redirect_uris[app] = list(wish["redirect_uris"])
    if "fault" in wish:
        simulator.faults.add(app, wish)
    if wish.get("expire"):
        for grant in register.of(app):
            for token in grant.live("access"):
                token.expires = time.time()
        register.save()
    if wish.get("forget"):
        register.end(*register.of(app))


def seen(simulator, app):
    """The grants that live, their tokens hashed, and the faults ahead."""
    provider = simulator.providers.get(app)
    return {
        "provider": provider and dataclasses.asdict(provider),
        "redirect_uris": simulator.redirect_uris(app),
        "faults": simulator.faults.of(app),
        "grants": [
            {
                "account": grant.account,
                "part": grant.part,
                "scopes": grant.scopes,
                "access": [digest(token.text) for token in grant.live("access")],
                "refresh": [digest(token.text) for token in grant.live("refresh")],
            }
            for grant in simulator.register.of(app)
        ],
    }
