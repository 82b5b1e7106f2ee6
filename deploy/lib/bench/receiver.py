"""The endpoint of the benchmarks: one nginx process with TLS that reads each body and answers 200."""

import http.client
import pathlib
import re
import ssl
import subprocess
import time

from usage import processor_seconds

CONFIGURATION = """\
daemon off;
{user}
worker_processes 1;
worker_rlimit_nofile 16384;
pid "{folder}/nginx.pid";
error_log "{folder}/error.log" error;
events {{
    worker_connections 8192;
}}
http {{
    access_log off;
    client_body_temp_path "{folder}/body";
    fastcgi_temp_path "{folder}/fastcgi";
    proxy_temp_path "{folder}/proxy";
    scgi_temp_path "{folder}/scgi";
    uwsgi_temp_path "{folder}/uwsgi";
    client_body_buffer_size 64k;
    keepalive_timeout 600s;
    keepalive_requests 100000000;
    limit_req_zone $server_name zone=slow:1m rate=500r/s;
    server {{
        listen 127.0.0.1:{port} ssl backlog=4096;
        listen [::1]:{port} ssl backlog=4096;
        server_name localhost;
        ssl_certificate "{certificate}.pem";
        ssl_certificate_key "{certificate}.key";
        location / {{
            return 200 "ok\\n";
        }}
        # Keeps as many requests in flight as a client has.
        location /slow {{
            limit_req zone=slow burst=100000;
            try_files "" @ok;
        }}
        location @ok {{
            return 200 "ok\\n";
        }}
        location = /status {{
            stub_status;
        }}
    }}
}}
"""


class Receiver:
    """Started by its making. `close` ends it."""

    def __init__(self, stack, port):
        self.port = port
        self.folder = stack.state / "receiver"
        self.folder.mkdir(exist_ok=True)
        self.ca_file = stack.env["PATCHBAY_CA_FILE"]
        configuration = CONFIGURATION.format(
            user="user root;" if pathlib.Path("/proc/self").stat().st_uid == 0 else "",
            folder=self.folder,
            port=port,
            certificate=stack.state / "tls" / "receiver",
        )
        (self.folder / "nginx.conf").write_text(configuration)
        self.process = subprocess.Popen(["nginx", "-c", str(self.folder / "nginx.conf")])
        self.wait_until_it_answers()

    def wait_until_it_answers(self):
        end = time.monotonic() + 10
        while True:
            try:
                return self.status()
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise SystemExit("the receiver does not answer") from None
                time.sleep(0.05)

    def url(self, path="/hook"):
        return f"https://localhost:{self.port}{path}"

    def url_of_many(self, path="/hook"):
        """With `%03d` for the number of the host, 1 to 100."""
        return f"https://h%03d.bench.localhost:{self.port}{path}"

    def status(self):
        context = ssl.create_default_context(cafile=self.ca_file)
        connection = http.client.HTTPSConnection(
            "localhost", self.port, timeout=5, context=context
        )
        connection.request("GET", "/status")
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    def requests(self):
        """How many it has had so far, this one included."""
        return int(re.search(r"requests\s+\d+ \d+ (\d+)", self.status()).group(1))

    def in_flight(self):
        """Requests it has read and not answered yet, without this one."""
        return int(re.search(r"Writing: (\d+)", self.status()).group(1)) - 1

    def processor_seconds(self):
        return processor_seconds(self.process.pid, with_children=True)

    def close(self):
        self.process.terminate()
        self.process.wait(10)
