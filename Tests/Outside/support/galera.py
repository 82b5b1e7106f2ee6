"""A Galera cluster of three real MariaDB nodes on loopback, and what can happen to them.

Its nodes are children that the kernel ends with the test, whatever way that ends.
"""

import os
import pathlib
import pwd
import re
import subprocess

from stack import is_free, wait_for

PROVIDER = "/usr/lib/galera/libgalera_smm.so"
# Where deploy/steps/galera puts the scripts of the state transfer, if Debian's are not installed.
SCRIPTS = os.environ.get("GALERA_FOLDER", "") + "/bin"
# As root the state transfer fails: rsync then gives up its rights to the data.
ACCOUNT = "mysql"


def as_child(*command, user=None):
    """A command that ends with us; as another user where we may choose."""
    options = ["--pdeathsig", "KILL"]
    if user and os.geteuid() == 0:
        options += ["--reuid", user, "--regid", user, "--clear-groups"]
    return ["setpriv", *options, *map(str, command)]


def ports(count):
    """Free ports of loopback, below those that the kernel hands out itself."""
    first = os.getpid() * 20 % 11000 + 20000
    return [port for port in range(first, 32700) if is_free(port)][:count]


class Node:
    def __init__(self, folder, number, ports):
        self.number = number
        self.folder = folder / f"node{number}"
        self.port, self.group_port, self.transfer_port, self.increment_port = ports
        self.socket = self.folder / "socket"
        self.log = self.folder / "log"
        self.process = None

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def make_folders(self):
        for folder in (self.folder, self.folder / "data", self.folder / "tmp"):
            folder.mkdir()
            if os.geteuid() == 0:
                account = pwd.getpwnam(ACCOUNT)
                os.chown(folder, account.pw_uid, account.pw_gid)

    def install(self):
        done = subprocess.run(
            as_child(
                "mariadb-install-db",
                "--no-defaults",
                f"--datadir={self.folder}/data",
                "--auth-root-authentication-method=socket",
                f"--auth-root-socket-user={pwd.getpwuid(os.geteuid()).pw_name}",
                "--skip-test-db",
                user=ACCOUNT,
            ),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def options(self):
        """What a node needs whether it is in a cluster or not."""
        return [
            "--no-defaults",
            f"--datadir={self.folder}/data",
            f"--socket={self.socket}",
            f"--pid-file={self.folder}/pid",
            f"--tmpdir={self.folder}/tmp",
            "--bind-address=127.0.0.1",
            f"--port={self.port}",
            "--character-set-server=utf8mb4",
            "--default-time-zone=+00:00",
            "--innodb-buffer-pool-size=256M",
            "--innodb-log-file-size=64M",
            "--innodb-flush-log-at-trx-commit=1",
            "--max-allowed-packet=16M",
            "--local-infile=0",
            "--skip-name-resolve",
            "--binlog-format=ROW",
            "--innodb-autoinc-lock-mode=2",
        ]

    def start(self, *more):
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                as_child("mariadbd", *self.options(), *more, user=ACCOUNT),
                env=os.environ | {"PATH": f"{SCRIPTS}:{os.environ['PATH']}:/usr/sbin"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def recovered_position(self, *more):
        """Where a killed node's data stand, so that it asks for what it missed and not for all.
        Debian's unit does the same before each start."""
        done = subprocess.run(
            as_child("mariadbd", *self.options(), *more, "--wsrep-recover", user=ACCOUNT),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        found = re.search(r"Recovered position: *(\S+)", done.stdout)
        assert found, done.stdout[-4000:]
        return found[1]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(60)

    def sql(self, statement, database="patchbay"):
        """As the server's root; rows as lists of text."""
        done = subprocess.run(
            ["mariadb", "--no-defaults", "--batch", "--skip-column-names"]
            + ["--socket", str(self.socket), database],
            input=statement,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [line.split("\t") for line in done.stdout.splitlines()]

    def status(self, name):
        """A status variable; None while the node does not answer."""
        try:
            rows = self.sql(f"SHOW GLOBAL STATUS LIKE '{name}'", "mysql")
        except AssertionError:
            return None
        return rows[0][1] if rows else None

    def answers(self):
        assert self.process.poll() is None, self.end_of_log()
        return self.status("uptime") is not None

    def is_synced(self):
        assert self.process.poll() is None, self.end_of_log()
        return self.status("wsrep_local_state_comment") == "Synced"

    def end_of_log(self):
        return f"node {self.number}: " + self.log.read_text(errors="replace")[-4000:]


class Cluster:
    """Three nodes. The first is one plain server until the cluster is formed."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.chmod(0o755)
        numbers = ports(12)
        self.nodes = [Node(self.folder, n + 1, numbers[4 * n : 4 * n + 4]) for n in range(3)]
        for node in self.nodes:
            node.make_folders()

    @property
    def hosts(self):
        return ",".join(node.address for node in self.nodes)

    def start_plain(self):
        first = self.nodes[0]
        first.install()
        first.start()
        wait_for(first.answers, 60)

    def form(self):
        """Makes the plain server the first node, to which the others come."""
        first, *others = self.nodes
        first.stop()
        self.join(first, founding=True)
        for node in others:
            self.join(node)

    def options(self, node, founding=False):
        """What makes a server a node of this cluster."""
        group = "" if founding else ",".join(f"127.0.0.1:{n.group_port}" for n in self.nodes)
        # The writer is the last to be asked for its state: it has other work.
        donors = ",".join(f"node{n.number}" for n in reversed(self.nodes) if n is not node)
        return [
            "--wsrep-on=ON",
            f"--wsrep-provider={PROVIDER}",
            f"--wsrep-cluster-address=gcomm://{group}",
            "--wsrep-cluster-name=patchbay-test",
            f"--wsrep-node-name=node{node.number}",
            f"--wsrep-node-address=127.0.0.1:{node.group_port}",
            "--wsrep-sst-method=rsync",
            f"--wsrep-sst-receive-address=127.0.0.1:{node.transfer_port}",
            f"--wsrep-sst-donor={donors},",
            "--wsrep-provider-options="
            + f"base_host=127.0.0.1;base_port={node.group_port};"
            + f"gmcast.listen_addr=tcp://127.0.0.1:{node.group_port};"
            + f"ist.recv_addr=127.0.0.1:{node.increment_port};gcache.size=128M",
        ]

    def join(self, node, *more, founding=False):
        node.start(*self.options(node, founding), *more)
        wait_for(node.is_synced, 120)

    def rejoin(self, node):
        """Starts a killed node again, which catches up from another."""
        position = node.recovered_position(*self.options(node))
        self.join(node, f"--wsrep-start-position={position}")

    def stop(self):
        for node in self.nodes:
            if node.process and node.process.poll() is None:
                node.kill()
