"""The providers' simulator by itself, on a port of its own."""

import json
import pathlib
import subprocess
import urllib.parse

import requests
from stack import ROOT, free_port, is_free, wait_for
from support.certificates import self_signed

PROGRAM = ROOT / "deploy" / "sandbox" / "sandbox.py"
CALLBACK = "http://localhost:8080/settings/integrations/apps/{app}/callback"


class Sandbox:
    def __init__(self, folder, *arguments):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.page_url = f"http://localhost:{self.port}"
        self.log = self.folder / "sandbox.jsonl"
        self.certificate, self.key = self_signed(self.folder, "sandbox", ["localhost"])
        self.arguments = arguments
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = str(self.certificate)
        self.start()
        self.credentials = json.loads(self.program("--credentials", "--port", self.port))

    def start(self):
        self.process = subprocess.Popen(
            [
                *("/usr/bin/python3", "-B", PROGRAM, "--port", str(self.port)),
                *("--address", "127.0.0.1", "--callback", CALLBACK, "--log", self.log),
                *("--certificate", self.certificate, "--key", self.key),
                *("--state", self.folder / "sandbox.json", *self.arguments),
            ]
        )
        wait_for(lambda: not is_free(self.port))

    def stop(self):
        self.process.terminate()
        return self.process.wait(10)

    @staticmethod
    def program(*arguments):
        command = ["/usr/bin/python3", "-B", PROGRAM, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout

    def call(self, method, path, **options):
        """A call that follows no redirect. `path` is a whole address, or below the sandbox's."""
        address = path if path.startswith("http") else self.url + path
        return self.http.request(method, address, allow_redirects=False, timeout=20, **options)

    def control(self, app, **wish):
        answer = self.call("POST", f"/control/{app}", json=wish)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def grants(self, app):
        return self.call("GET", f"/control/{app}").json()["grants"]

    def lines(self, app=None, what=None):
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [
            line for line in lines if app in (None, line["app"]) and what in (None, line["what"])
        ]


def query_of(address):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlparse(address).query))
