"""Who has the database and not the key ring has no token: everything that Authlib's server and the
sandbox's providers have given is looked for in every table and in MariaDB's own files."""

import base64
import json
import os
import subprocess

import pytest

from support.authlib_site import connected, expire, person, row, server, site, there, token  # noqa: F401
from support.browser_person import Person
from support.connecting import Provider, begin, below, connect, destination, submit

SANDBOX = ("gitlab", "github", "google-drive", "notion", "dropbox")


@pytest.fixture
def secrets(site, there, connected):
    """Everything that is ever kept has been kept when this is given: connections, one renewed twice, keys,
    a grant of another account that waits for a choice, and one that is still to be given back."""
    client = connected.http()
    for app in SANDBOX:
        assert "is connected" in connect(client, Provider(site, app).start_anew()).text
    assert "different GitLab account" in connect(
        client, Provider(site, "gitlab"), account="grace"
    ).text
    Provider(site, "dropbox").control(fault="status", status=503, on="revoke", times=1000)
    submit(client, "/apps/dropbox/disconnect")
    apps = json.loads((site.state / "apps.json").read_text())
    keys = {name: apps["mixpanel"][name] for name in ("project_id", "username", "secret")}
    submit(client, "/apps/mixpanel/credentials", **keys, region="us")
    for _ in range(2):
        expire(connected)
        token(connected)
    # One authorization is under way.
    there.answer_to(destination(client, begin(client, "authlib")))
    names = ("client_secret", "secret", "secret_key")
    found = {about[name] for about in apps.values() for name in names if name in about}
    grants = json.loads((site.state / "sandbox.json").read_text())
    found |= {given["text"] for grant in grants for given in grant["tokens"]}
    yield found | set(there.secrets())
    Provider(site, "dropbox").control(reset=True)


def spellings(secret):
    """How it may stand in a column: as text, in hexadecimal, in base64."""
    raw = secret.encode()
    return {raw, raw.hex().encode(), raw.hex().upper().encode(), base64.b64encode(raw).rstrip(b"=")}


def dump(site):
    """Every row of every table."""
    where = ["--socket", site.env["PATCHBAY_DB_SOCKET"], site.env["PATCHBAY_DB_NAME"]]
    options = ["--no-defaults", "--single-transaction", "--skip-extended-insert"]
    return subprocess.run(
        ["mariadb-dump", *options, *where], capture_output=True, check=True
    ).stdout


def files_with(site, words, folder):
    """MariaDB's files in which one of the words stands: tables, undo and redo logs."""
    patterns = folder / "words"
    patterns.write_bytes(b"\n".join(sorted(words)) + b"\n")
    [[data]] = site.sql("SELECT @@datadir")
    done = subprocess.run(
        ["grep", "-rlaFf", patterns, data], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return [os.path.basename(path) for path in done.stdout.splitlines()]


def test_no_token_and_no_secret_stands_in_any_table_or_file(
    secrets, connected, site, there, tmp_path
):
    kept = "SELECT COUNT(*) FROM {} WHERE {} IS NOT NULL"
    for table, column in [
        ("user_integrations", "access_token_encrypted"),
        ("revocations", "access_token_encrypted"),
        ("apps", "client_secret_sealed"),
    ]:
        assert int(site.sql(kept.format(table, column))[0][0]) >= 1
    assert len(secrets) > 20
    rows = dump(site)

    # The same look finds what is no secret.
    assert connected.email.encode() in rows and b"Ada Lovelace" in rows
    assert files_with(site, {connected.email.encode()}, tmp_path)
    words = set().union(*map(spellings, secrets))
    assert [word for word in words if word in rows] == []
    assert files_with(site, words, tmp_path) == []


COLUMNS = ("access_token_encrypted", "refresh_token_encrypted")


def sealed(site, someone):
    [values] = site.sql(
        f"SELECT {', '.join(f'HEX({name})' for name in COLUMNS)} FROM user_integrations"
        f" WHERE provider = 'authlib' AND {row(someone)}"
    )
    return values


def put(site, someone, values):
    changes = (f"{name} = UNHEX('{value}')" for name, value in zip(COLUMNS, values, strict=True))
    site.sql(
        f"UPDATE user_integrations SET {', '.join(changes)} WHERE provider = 'authlib' AND {row(someone)}"
    )


@pytest.mark.parametrize("is_expired", [False, True], ids=["fresh", "expired"])
def test_swapped_tokens_of_two_people_are_both_unreadable(connected, there, site, is_expired):
    other = Person(site)
    assert "is connected" in connect(other.http(), there).text
    people = (connected, other)
    before = [sealed(site, each) for each in people]
    there.calls.clear()

    for someone, values in zip(people, reversed(before), strict=True):
        put(site, someone, values)
        if is_expired:
            expire(someone)
    for someone in people:
        answer = someone.api("GET", "/connections/authlib/token")
        assert answer.status_code == 409, answer.text
        assert not any(secret in answer.text for secret in there.secrets())
    # Nothing of the one's went out for the other.
    assert there.calls == []
    for someone in people:
        assert someone.call("GET", "/connections/authlib")["status"] == "needs_reconnect"


def test_a_refresh_token_in_the_access_tokens_place_is_unreadable(connected, there, site):
    access, refresh = sealed(site, connected)
    put(site, connected, (refresh, access))
    answer = connected.api("GET", "/connections/authlib/token")
    assert answer.status_code == 409
    assert not any(secret in answer.text for secret in there.secrets())
