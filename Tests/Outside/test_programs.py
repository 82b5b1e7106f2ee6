"""The programs refuse what is wrong with one clear line and the exit code of the contract."""

import re
import secrets
import shutil
import socket
import subprocess
import threading

import pytest

from stack import ROOT
from support.account import Account, patchbay

PROGRAMS = {"patchbay-web": ["--socket", "/tmp/never.sock"], "patchbay-worker": [], "patchbay": ["migrate"]}


def refusal(done, code):
    assert done.returncode == code, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_unknown_setting_is_78_and_is_named(quick, program):
    done = patchbay(
        quick, *PROGRAMS[program], program=program, settings={"PATCHBAY_THRAEDS": "8"}, check=False
    )

    assert "PATCHBAY_THRAEDS" in refusal(done, 78)


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    "name, value",
    [
        ("PATCHBAY_THREADS", "0"),
        ("PATCHBAY_WORKER_LEASE", "10s"),
        ("PATCHBAY_RETRY_SCHEDULE", "5s,soon"),
        ("PATCHBAY_ENDPOINT_ALLOW", "10.0.0.0/33"),
    ],
)
def test_a_value_that_cannot_be_is_78_and_is_named(quick, program, name, value):
    done = patchbay(
        quick, *PROGRAMS[program], program=program, settings={name: value}, check=False
    )

    assert name in refusal(done, 78)


def test_a_database_that_is_not_there_is_69(quick):
    settings = {"PATCHBAY_DB_SOCKET": "/nowhere/at-all.sock"}
    for program, arguments in {"patchbay-worker": [], "patchbay": ["migrate", "--directory", ROOT / "sql"]}.items():
        done = patchbay(quick, *arguments, program=program, settings=settings, check=False)
        assert refusal(done, 69), program


@pytest.mark.parametrize("path", ["/nowhere/at-all/web.sock", "/proc/web.sock"])
def test_a_socket_that_cannot_be_used_is_69_and_is_named(quick, path):
    done = patchbay(quick, "--socket", path, program="patchbay-web", check=False)

    assert "socket" in refusal(done, 69)


def test_a_socket_that_another_responder_answers_on_is_not_taken_from_it(quick):
    path = (quick.state / "sockets").read_text().strip() + "/web.sock"

    done = patchbay(quick, "--socket", path, program="patchbay-web", check=False)

    assert "socket" in refusal(done, 69)
    assert Account(quick).api("GET", "/webhooks").status_code == 200


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_wrong_option_is_64(quick, program):
    assert patchbay(quick, "--no-such-option", program=program, check=False).returncode == 64


@pytest.mark.parametrize("program", PROGRAMS)
def test_help_and_version_need_no_settings(quick, program):
    for option in ("--help", "--version"):
        if (program, option) == ("patchbay", "--version"):
            continue
        done = subprocess.run(
            [quick.state / "bin" / program, option], env={}, capture_output=True, text=True, timeout=30
        )
        assert done.returncode == 0, done.stderr
        assert program in done.stdout + done.stderr


@pytest.fixture
def database(quick):
    """A database of its own on the quick stack's server, open to the administrator's account."""
    name = "patchbay_migrations"
    quick.sql(f"DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}")
    quick.sql(f"GRANT ALL PRIVILEGES ON {name}.* TO patchbay_admin@localhost")
    yield name
    quick.sql(f"DROP DATABASE {name}")
    quick.sql(f"REVOKE ALL PRIVILEGES ON {name}.* FROM patchbay_admin@localhost")


def migrate(quick, database, directory=ROOT / "sql"):
    return patchbay(
        quick, "migrate", "--directory", directory,
        settings={"PATCHBAY_DB_NAME": database}, check=False,
    )


def tables(quick, database):
    return quick.sql(
        f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{database}' ORDER BY 1"
    )


def newest():
    return max(int(file.name[:4]) for file in (ROOT / "sql").glob("[0-9]*.sql"))


def test_migrate_twice_does_it_once(quick, database):
    first, second = migrate(quick, database), migrate(quick, database)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert first.stdout.count("applied") == newest()
    assert "applied" not in second.stdout
    assert f"version {newest()}" in second.stdout
    assert tables(quick, database) == tables(quick, quick.env["PATCHBAY_DB_NAME"])


def test_an_installed_program_finds_its_migrations_wherever_one_stands(quick, database, tmp_path):
    place = tmp_path / "local"
    (place / "bin").mkdir(parents=True)
    shutil.copy(quick.state / "bin/patchbay", place / "bin")
    shutil.copytree(ROOT / "sql", place / "share/patchbay/sql")

    done = subprocess.run(
        [ROOT / "deploy/lib/with-settings", quick.state / "patchbay.env", "env", "-C", "/",
         f"PATCHBAY_DB_NAME={database}", f"PATH={place}/bin:/usr/bin:/bin", "patchbay", "migrate"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("applied") == newest()


def test_two_migrations_at_once_do_it_once(quick, database):
    done = []
    threads = [
        threading.Thread(target=lambda: done.append(migrate(quick, database))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [one.returncode for one in done] == [0] * 4, [one.stderr for one in done]
    assert sum(one.stdout.count("applied") for one in done) == newest()
    assert all(f"version {newest()}" in one.stdout for one in done)


def test_a_database_newer_than_the_program_is_refused_and_left_alone(quick, database, tmp_path):
    assert migrate(quick, database).returncode == 0
    before = quick.sql(f"SELECT * FROM {database}.schema_migrations ORDER BY 1")
    older = tmp_path / "sql"
    older.mkdir()
    for file in (ROOT / "sql").glob("[0-9]*.sql"):
        if int(file.name[:4]) < newest():
            shutil.copy(file, older)

    done = migrate(quick, database, older)

    assert done.returncode not in (0, 64)
    assert re.search(r"newer", done.stderr), done.stderr
    assert quick.sql(f"SELECT * FROM {database}.schema_migrations ORDER BY 1") == before


@pytest.mark.parametrize("program", ["patchbay-web", "patchbay-worker"])
def test_a_database_without_its_tables_is_78(quick, database, program):
    for account in ("patchbay_web", "patchbay_worker"):
        quick.sql(f"GRANT SELECT ON {database}.* TO {account}@localhost")

    done = patchbay(
        quick, *PROGRAMS[program], program=program,
        settings={"PATCHBAY_DB_NAME": database}, check=False,
    )

    for account in ("patchbay_web", "patchbay_worker"):
        quick.sql(f"REVOKE SELECT ON {database}.* FROM {account}@localhost")
    assert "migrate" in refusal(done, 78)


@pytest.mark.parametrize("program", ["patchbay-web", "patchbay-worker"])
def test_a_key_ring_that_is_not_there_is_78_and_is_named(quick, program):
    settings = {"PATCHBAY_KEYRING_FILE": "/nowhere/at-all"}

    done = patchbay(quick, *PROGRAMS[program], program=program, settings=settings, check=False)

    assert "PATCHBAY_KEYRING_FILE" in refusal(done, 78)


def test_a_password_is_read_from_what_cannot_be_opened_again(quick):
    """As a terminal or a pipe of root's cannot, where root runs the command as patchbay_admin."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(b"a long password of hers\n")
        ours.shutdown(socket.SHUT_WR)
        email = f"piped-{secrets.token_hex(4)}@example.com"

        patchbay(quick, "user", "add", email, "--password-file", "-", stdin=theirs)

    rows = quick.sql(f"SELECT password_hash IS NOT NULL FROM users WHERE email = '{email}'")
    assert rows == [["1"]]
