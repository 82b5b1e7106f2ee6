"""deploy/run and deploy/stop keep what contract.md section 1 promises."""

import os
import pathlib
import signal
import socket
import subprocess
import time

import pytest
import requests

from stack import ROOT, is_alive, read_env, run_command, wait_for, without_settings

PROCESSES = ["web", "nginx", "mariadb", "sink", "sandbox", "worker", "timer"]


def site_answers(stack):
    return requests.get(f"{stack.url}/healthz", timeout=10).text.strip() == "ok"


def test_the_stack_says_all_that_is_needed_to_use_it(stack):
    env = stack.env

    assert env["PATCHBAY_URL"] == f"http://localhost:{stack.port}/settings/integrations"
    assert env["PATCHBAY_SINK_URL"] == f"https://localhost:{stack.port + 1}"
    assert env["PATCHBAY_SANDBOX_URL"] == f"https://localhost:{stack.port + 2}"
    assert "@" in env["PATCHBAY_USER_EMAIL"] and "@" in env["PATCHBAY_ADMIN_EMAIL"]
    assert len(env["PATCHBAY_USER_PASSWORD"]) >= 12 and len(env["PATCHBAY_ADMIN_PASSWORD"]) >= 12
    for name in ("PATCHBAY_USER_API_KEY", "PATCHBAY_SERVICE_API_KEY"):
        assert env[name].startswith("pb_")
    for name in ("PATCHBAY_CA_FILE", "PATCHBAY_ENV_FILE", "PATCHBAY_DB_SOCKET", "PATCHBAY_WORKER"):
        assert pathlib.Path(env[name]).exists(), name
    assert os.access(env["PATCHBAY_WORKER"], os.X_OK)
    assert env["PATCHBAY_DB_NAME"] == "patchbay"
    assert len(env["PATCHBAY_DB_SOCKET"]) < 108
    for name in PROCESSES:
        assert is_alive(stack.pid(name)), name
    assert site_answers(stack)


def test_secrets_are_for_the_owner_alone(stack):
    files = ["env", "patchbay.env", "keyring", "db-passwords", "tls/ca.key", "sink.jsonl"]
    for name in [*files, "sandbox.jsonl"]:
        assert (stack.state / name).stat().st_mode & 0o077 == 0, name


def test_a_second_run_keeps_accounts_and_data_and_is_quick(stack):
    before = stack.env
    stack.sql("CREATE TABLE IF NOT EXISTS kept (n INT PRIMARY KEY)")
    pid = stack.pid("web")

    started = time.monotonic()
    done = stack.run()
    seconds = time.monotonic() - started

    assert seconds < 15
    assert "building" not in done.stdout
    assert stack.env == before
    assert stack.sql("SHOW TABLES LIKE 'kept'") == [["kept"]]
    assert not is_alive(pid) and is_alive(stack.pid("web"))
    stack.sql("DROP TABLE kept")


def test_two_stacks_run_side_by_side_and_each_is_stopped_alone(stack, new_stack):
    other = new_stack(stack.port + 3)
    other.run()
    pids = [other.pid(name) for name in PROCESSES]
    assert site_answers(stack) and site_answers(other)
    assert other.env["PATCHBAY_USER_API_KEY"] != stack.env["PATCHBAY_USER_API_KEY"]

    other.stop()

    assert site_answers(stack)
    assert not any(is_alive(pid) for pid in pids)
    assert not list(other.state.glob("*.pid"))
    assert (other.state / "mariadb").is_dir()
    other.stop()  # nothing left to stop is no error


def test_purge_leaves_nothing_also_of_a_long_path_with_spaces(new_stack):
    stack = new_stack(name=" with spaces " + "and long" * 12)
    stack.run()
    sockets = pathlib.Path(stack.env["PATCHBAY_DB_SOCKET"]).parent

    stack.stop(purge=True)

    assert not stack.state.exists()
    assert not sockets.exists()


def test_a_process_that_only_has_a_recorded_id_is_left_alone(new_stack):
    stack = new_stack()
    stack.run()
    stack.stop()
    bystander = subprocess.Popen(["sleep", "60"])
    (stack.state / "web.pid").write_text(f"{bystander.pid}\n")
    (stack.state / "web.started").write_text("another-boot 1\n")

    stack.stop()

    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_what_a_killed_process_leaves_behind_is_not_in_the_way(new_stack):
    stack = new_stack()
    stack.run()
    for name in ("timer", "nginx", "mariadb"):
        os.kill(stack.pid(name), signal.SIGKILL)

    stack.run()

    assert site_answers(stack)


@pytest.mark.parametrize("offset, whose", [(0, "the site"), (1, "the sink"), (2, "the sandbox")])
def test_a_port_in_use_is_named_with_its_holder(new_stack, offset, whose):
    stack = new_stack()
    with socket.create_server(("127.0.0.1", stack.port + offset)):
        done = stack.run(check=False)

    assert done.returncode == 1
    assert f"port {stack.port + offset}, for {whose}, is held by" in done.stdout
    assert f"process {os.getpid()}" in done.stdout
    assert not list(stack.state.glob("*.pid"))


def test_settings_of_the_caller_win_but_not_those_of_the_stack(new_stack):
    stack = new_stack()

    stack.run(
        {
            "PATCHBAY_WORKER_LINGER": "7s",
            "PATCHBAY_RETRY_SCHEDULE": "1s,2s",
            "PATCHBAY_ENDPOINT_ALLOW": "localhost:9443,192.0.2.0/24",
            "PATCHBAY_BASE_URL": "http://evil.example/",
            "PATCHBAY_DB_NAME": "evil",
            "PATCHBAY_KEYRING_FILE": "/nowhere",
            "PATCHBAY_USER_API_KEY": "pb_of_another_stack",
        }
    )

    settings = stack.settings
    own = f"localhost:{stack.port + 1},localhost:{stack.port + 2}"
    assert settings["PATCHBAY_WORKER_LINGER"] == "7s"
    assert settings["PATCHBAY_RETRY_SCHEDULE"] == "1s,2s"
    assert settings["PATCHBAY_ENDPOINT_ALLOW"] == f"{own},localhost:9443,192.0.2.0/24"
    assert settings["PATCHBAY_BASE_URL"] == stack.url
    assert settings["PATCHBAY_DB_NAME"] == "patchbay"
    assert settings["PATCHBAY_KEYRING_FILE"] == str(stack.state / "keyring")
    assert "PATCHBAY_USER_API_KEY" not in settings

    authority = stack.state.with_suffix(".pem")
    authority.write_text(pathlib.Path(stack.env["PATCHBAY_CA_FILE"]).read_text())
    stack.run({"PATCHBAY_ENDPOINT_CA_FILE": str(authority)})

    # The first call's settings are forgotten; the second's authority stands beside the stack's.
    settings = stack.settings
    assert "PATCHBAY_WORKER_LINGER" not in settings
    bundle = pathlib.Path(settings["PATCHBAY_ENDPOINT_CA_FILE"]).read_text()
    assert bundle.count("BEGIN CERTIFICATE") == 2


@pytest.mark.parametrize(
    "value",
    ["", "plain", "a b", 'say "x"', "$HOME `id` \\ \\n", "it's", "#no comment", "a=b;c&d|e", "ü"],
)
def test_a_setting_reads_as_it_was_written(tmp_path, value):
    lib = ROOT / "deploy" / "lib"
    script = f'. "{lib}/say.sh"; . "{lib}/settings.sh"; setting_line PATCHBAY_X "$1"'
    line = subprocess.run(["bash", "-c", script, "x", value], capture_output=True, check=True)
    (tmp_path / "file.env").write_bytes(line.stdout)

    assert read_env(tmp_path / "file.env") == {"PATCHBAY_X": value}


def test_a_misspelt_setting_stops_the_start_and_is_named(new_stack):
    stack = new_stack()

    done = stack.run({"PATCHBAY_THREAD": "4"}, check=False)

    assert done.returncode == 78
    assert "PATCHBAY_THREAD" in done.stdout
    assert not list(stack.state.glob("*.pid"))


def test_ctrl_c_ends_a_run_in_the_foreground_with_all_it_started(new_stack):
    stack = new_stack()
    run = start_in_foreground(stack)
    pids = [stack.pid(name) for name in PROCESSES]
    assert site_answers(stack)

    run.send_signal(signal.SIGINT)

    assert run.wait(60) == 0
    assert not any(is_alive(pid) for pid in pids)
    assert not list(stack.state.glob("*.pid"))


def test_the_stack_holds_nothing_that_its_starter_had_open(new_stack):
    stack = new_stack()
    reader, writer = os.pipe()
    subprocess.run(
        [ROOT / "deploy" / "run", "--detach", "--state", stack.state, "--port", str(stack.port)],
        stdin=subprocess.DEVNULL,
        pass_fds=[writer],
        env=without_settings(),
        timeout=1800,
        check=True,
    )
    os.close(writer)

    os.set_blocking(reader, False)
    assert os.read(reader, 1) == b"", "somebody still has the other end"
    os.close(reader)


def test_a_run_in_the_foreground_lets_go_when_another_takes_over(new_stack):
    stack = new_stack()
    run = start_in_foreground(stack)

    stack.run()

    assert run.wait(60) == 0
    assert site_answers(stack)


def test_a_run_in_the_foreground_ends_well_when_it_is_stopped_from_elsewhere(new_stack):
    stack = new_stack()
    run = start_in_foreground(stack)

    stack.stop()

    assert run.wait(60) == 0
    assert not list(stack.state.glob("*.pid"))


def start_in_foreground(stack):
    command = [ROOT / "deploy" / "run", "--state", stack.state, "--port", str(stack.port)]
    log = stack.state.with_suffix(".log").open("w+")
    run = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=without_settings()
    )

    def is_up():
        assert run.poll() is None, pathlib.Path(log.name).read_text()
        return "Ctrl-C ends it" in pathlib.Path(log.name).read_text()

    wait_for(is_up, seconds=600)
    return run


def test_a_start_that_is_broken_off_leaves_no_process(new_stack):
    stack = new_stack()
    run = subprocess.Popen(
        [ROOT / "deploy" / "run", "--state", stack.state, "--port", str(stack.port)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=without_settings(),
    )
    pid = wait_for(lambda: recorded(stack, "mariadb"), seconds=600)

    run.send_signal(signal.SIGTERM)

    assert run.wait(90) == 143
    assert not is_alive(pid)
    assert not list(stack.state.glob("*.pid"))


def recorded(stack, name):
    file = stack.state / f"{name}.pid"
    return int(file.read_text() or 0) if file.exists() else None


def test_the_timer_starts_another_worker_when_one_has_ended(stack):
    first = stack.pid("worker")

    os.kill(first, signal.SIGKILL)

    assert wait_for(
        lambda: recorded(stack, "worker") not in (None, first) and is_alive(stack.pid("worker"))
    )


@pytest.mark.parametrize(
    "command, arguments",
    [
        ("run", ["--port", "0"]),
        ("run", ["--port", "65534"]),
        ("run", ["--prot", "1"]),
        ("run", ["--state"]),
        ("stop", ["now"]),
    ],
)
def test_a_wrong_call_is_64_and_says_why(command, arguments):
    done = run_command(command, *arguments)

    assert done.returncode == 64
    assert arguments[0] in done.stdout or arguments[-1] in done.stdout


@pytest.mark.parametrize("command", ["run", "stop", "test"])
def test_help_needs_nothing(command):
    done = run_command(command, "--help", seconds=10)

    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: deploy/{command}")


def test_only_what_is_listed_in_the_example_is_filled_in(stack):
    example = (ROOT / "nginx.conf.example").read_text().splitlines()
    site = (stack.state / "nginx" / "site.conf").read_text().splitlines()

    assert len(site) == len(example)
    for before, after in zip(example, site):
        assert before == after or "@" in before
