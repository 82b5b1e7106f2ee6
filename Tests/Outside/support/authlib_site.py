"""A stack with an app that an administrator has added: Authlib's server, in a browser and by its address.

The fixtures are a file's own: import `site, server, there, person, connected`.
"""

import time

import pytest
from playwright.sync_api import expect

from stack import Stack, free_port
from support.administrator import Administrator
from support.authlib_server import AuthlibServer
from support.browser import Visits, press
from support.browser_person import Person
from support.connecting import connect
from support.worker import stop_timer


@pytest.fixture(scope="module")
def site(states):
    """A stack whose workers are this file's alone, and which may call the server."""
    site = Stack(states / "authlib")
    site.there_port = free_port()
    site.run(
        {
            "PATCHBAY_ENDPOINT_ALLOW": f"localhost:{site.there_port}",
            "PATCHBAY_RATE_LIMIT": "1000000/s",
        }
    )
    stop_timer(site)
    yield site
    site.stop(purge=True)


@pytest.fixture(scope="module")
def server(site):
    server = AuthlibServer(site, site.there_port)
    yield server
    server.close()


@pytest.fixture(scope="module")
def there(chromium, site, server):
    """The server once an administrator has added it, by its address alone."""
    visits = Visits(chromium, site)
    page = visits("/admin/apps/new", Administrator(site))
    page.get_by_label("Name", exact=True).fill("Authlib")
    page.get_by_label("Category").select_option("development")
    page.get_by_label("Client ID").fill(server.client.id)
    page.get_by_label("Issuer (optional)").fill(server.issuer)
    press(page, "Read addresses")
    expect(page.get_by_label("Token URL")).to_have_value(f"{server.issuer}/token")
    expect(page.get_by_label("Revocation URL")).to_have_value(f"{server.issuer}/revoke")
    page.get_by_label("Client secret").fill(server.client.secret)
    page.get_by_label("Scopes").fill("profile read write")
    press(page, "Add app")
    expect(page.get_by_role("heading", name="Authlib", exact=True)).to_be_visible()
    server.app = "authlib"
    server.client.redirect_uris = (f"{site.url}/apps/authlib/callback",)
    press(page, "Test configuration")
    expect(page.get_by_text("Authlib accepts these details")).to_be_visible()
    visits.end()
    return server


@pytest.fixture
def person(site):
    return Person(site)


@pytest.fixture
def connected(person, there):
    """A person who has connected it; the server's record begins behind that."""
    assert "Authlib is connected" in connect(person.http(), there).text
    there.calls.clear()
    there.core.reuses = 0
    return person


def row(person):
    return f"user_id = (SELECT id FROM users WHERE email = '{person.email}')"


def expire(person, refresh_at=False):
    """Access ends now; with `refresh_at` a worker finds it due, too."""
    changes = "access_expires_at = UTC_TIMESTAMP(6), refresh_at = " + (
        "UTC_TIMESTAMP(6)" if refresh_at else "refresh_at"
    )
    person.stack.sql(f"UPDATE user_integrations SET {changes} WHERE {row(person)}")


def token(person, url=None):
    """Access as the host's backend gets it: asks again when it was told to."""
    url = f"{url or person.stack.url}/api/v1/connections/authlib/token"
    end = time.monotonic() + 40
    while True:
        answer = person.session.get(
            url, headers={"Authorization": f"Bearer {person.key}"}, timeout=30
        )
        if answer.status_code != 503:
            assert answer.status_code == 200, answer.text
            return answer.json()["access_token"]
        assert time.monotonic() < end
        time.sleep(int(answer.headers["Retry-After"]))
