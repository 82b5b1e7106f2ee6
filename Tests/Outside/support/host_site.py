"""A host application in front of Patchbay: nginx asks it who is signed in, by auth_request."""

import contextlib
import http.server
import subprocess
import threading

import requests

from stack import is_alive, wait_for


class HostSession(http.server.BaseHTTPRequestHandler):
    """Believes the cookie `host`: this is a test's stand-in for a real session check."""

    def do_GET(self):
        cookies = dict(part.split("=", 1) for part in self.headers.get("Cookie", "").split("; ") if part)
        self.send_response(200 if "host" in cookies else 401)
        if "host" in cookies:
            self.send_header("X-User-Email", cookies["host"])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def host_site(stack, port, folder):
    """nginx with the stack's own site file, in which only the lines that the example tells to take
    in are taken in; gives the site's URL."""
    sessions = http.server.ThreadingHTTPServer(("127.0.0.1", 0), HostSession)
    threading.Thread(target=sessions.serve_forever, daemon=True).start()
    site = (stack.state / "nginx" / "site.conf").read_text()
    for line in ("auth_request /_signed_in;", "auth_request_set ", "location = /_signed_in {", "    internal;",
                 "    proxy_", "}"):
        site = site.replace(f"#{line}", line)
    site = site.replace("127.0.0.1:3000", f"127.0.0.1:{sessions.server_port}")
    site = site.replace(f":{stack.port}", f":{port}")
    # What follows the site is an example of TLS, and stays one.
    site = site.partition("# TLS. In the site's block")[0]
    (folder / "site.conf").write_text(site)
    main = (stack.state / "nginx" / "nginx.conf").read_text()
    (folder / "nginx.conf").write_text(main.replace(str(stack.state / "nginx"), str(folder)))
    with (folder / "nginx.log").open("w") as log:
        nginx = subprocess.Popen(
            ["nginx", "-c", folder / "nginx.conf"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        wait_for(lambda: answers(port) or not is_alive(nginx.pid))
        assert nginx.poll() is None, (folder / "nginx.log").read_text()
        yield f"http://localhost:{port}/settings/integrations"
    finally:
        nginx.terminate()
        nginx.wait(20)
        sessions.shutdown()
        sessions.server_close()


def answers(port):
    with contextlib.suppress(requests.ConnectionError):
        return requests.get(f"http://localhost:{port}/", allow_redirects=False, timeout=5)
