"""Who answered: what an administrator's own app is told of its issuer, by its discovery document."""

import json
import subprocess
import sys
import urllib.parse

import pytest

from stack import ROOT
from support.administrator import Administrator
from support.connecting import Provider, begin, come_back, connect, destination, submit
from support.markup import filled

WRONG = "did not come from"


@pytest.fixture(scope="module")
def known(stack):
    """What an app's client has to know, by the app."""
    port = stack.env["PATCHBAY_SANDBOX_URL"].rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-B", ROOT / "deploy/sandbox/sandbox.py", "--credentials", "--port", port],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def discover(stack, issuer):
    return submit(Administrator(stack).http(), "/admin/apps/new", discover="yes", discovery=issuer)


def add(stack, there, about, name, issuer):
    """Adds an app by its discovery document alone; its id."""
    read = discover(stack, issuer)
    assert read.status_code == 200, read.text
    fields = filled(read.text, "authorization_url") | {
        "name": name, "category": "storage", "client_id": about["client_id"],
        "client_secret": about["client_secret"], "discovery": "", "identity_url": "",
        "scopes": about.get("scopes", "openid"),
        "client_authentication": "post",
    }  # fmt: skip
    fields.pop("csrf")
    answer = submit(Administrator(stack).http(), "/admin/apps/new", **fields)
    assert answer.status_code == 303, answer.text
    id = name.lower()
    there.control(redirect_uris=[f"{stack.url}/apps/{id}/callback"])
    return id


def through(stack, app, there):
    """The app of ours behind which this provider is."""
    ours = Provider(stack, there.app)
    ours.app = app
    ours.answer_to = there.answer_to
    return ours


@pytest.mark.parametrize(("promises", "name"), [(True, "Promising"), (False, "Silent")])
def test_check_12_an_issuer_that_is_promised_has_to_be_there(stack, person, known, promises, name):
    there = Provider(stack, "standard").start_anew()
    there.control(set={"answers_iss": promises})
    app = add(stack, there, known["standard"], name, f"{there.base}/standard")
    client = person.http()
    asked = len(there.calls("token"))
    there.control(set={"answers_iss": True}, fault="no_iss")

    page = connect(client, through(stack, app, there))

    if promises:
        assert f"{WRONG} {name}" in page.text
        assert len(there.calls("token")) == asked
    else:
        assert f"{name} is connected" in page.text
    assert f"{name} is connected" in connect(client, through(stack, app, there)).text
    there.control(fault="wrong_iss")
    assert f"{WRONG} {name}" in connect(client, through(stack, app, there)).text
    Provider(stack, "standard").start_anew()


def test_a_document_for_all_tenants_is_taken_and_another_tenants_id_with_it(stack, person, known):
    there = Provider(stack, "microsoft-365").start_anew()
    base = f"{there.base}/microsoft-365"
    read = discover(stack, f"{base}/common/v2.0").text
    assert f'value="{base}/token"' in read and f'value="{base}/{{tenantid}}/v2.0"' in read
    about = known["microsoft-365"] | {"scopes": "openid User.Read"}
    app = add(stack, there, about, "Tenants", f"{base}/common/v2.0")
    client = person.http()
    ours = through(stack, app, there)
    assert "Tenants is connected" in connect(client, ours).text
    for tenant, words in [
        ("9188040d-6c67-4c5b-b112-36a304b66dad", "is connected"), ("common", WRONG),
    ]:  # fmt: skip
        back = there.answer_to(destination(client, begin(client, app)))
        back += "&iss=" + urllib.parse.quote(f"{base}/{tenant}/v2.0", safe="")
        assert words in client.get(come_back(client, back)).text
