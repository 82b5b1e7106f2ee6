"""A second responder of a stack, and an nginx in front of both."""

import contextlib
import re
import subprocess

import requests

from stack import ROOT, is_alive, wait_for


@contextlib.contextmanager
def two_responders(stack, port, folder):
    """nginx on that port, which takes the stack's responder and another in turn; gives its URL.

    `folder` is new. Both answer as they would on two machines: they share the database alone.
    """
    socket = folder / "web2.sock"
    program = [ROOT / "deploy/lib/with-settings", stack.state / "patchbay.env", stack.state / "bin/patchbay-web"]
    with (folder / "log").open("w") as log:
        responder = subprocess.Popen(
            [*program, "--socket", socket], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        wait_for(socket.exists, 30)
        write_configuration(stack, port, folder, socket)
        nginx = subprocess.Popen(
            ["nginx", "-c", folder / "nginx.conf"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    url = stack.url.replace(f":{stack.port}/", f":{port}/")
    try:
        wait_for(lambda: answers(url) or not is_alive(nginx.pid))
        assert nginx.poll() is None, (folder / "log").read_text()
        yield url
    finally:
        for process in (nginx, responder):
            process.terminate()
            process.wait(30)


def write_configuration(stack, port, folder, socket):
    for name in ("nginx.conf", "site.conf"):
        text = (stack.state / "nginx" / name).read_text()
        text = re.sub(r"^(    server unix:.*;)$", rf"\1\n    server unix:{socket};", text, flags=re.M)
        text = text.replace(str(stack.state / "nginx"), str(folder))
        text = text.replace(f":{stack.port};", f":{port};")
        (folder / name).write_text(text)


def answers(url):
    with contextlib.suppress(requests.ConnectionError):
        return requests.get(f"{url}/healthz", timeout=5).text == "ok"
