"""profile.py STATE PORT: where the worker's processor time goes, by perf's sampling clock."""

import subprocess
import sys

from backlog import ROOT, Backlog, stop_timer
from receiver import Receiver
from stack import Stack

COUNT = 20_000
LINES = 45


def report(data, title, *options):
    """Prints the head of a perf report, Swift's names as in the source."""
    text = subprocess.run(
        ["perf", "report", "--stdio", "--input", data, "--percent-limit", "0.4", *options],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
    ).stdout
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    names = subprocess.run(
        ["swift", "demangle", "--simplified"], input="\n".join(lines[:LINES]), text=True,
        stdout=subprocess.PIPE, check=True,
    ).stdout
    print(title)
    print("\n".join(line[:160].rstrip() for line in names.splitlines()), end="\n\n", flush=True)


def main():
    stack = Stack(sys.argv[1])
    stop_timer(stack)
    receiver = Receiver(stack, int(sys.argv[2]))
    data = str(stack.state / "perf.data")
    try:
        backlog = Backlog(stack)
        backlog.make_webhooks(receiver.url())
        backlog.fill(COUNT)
        backlog.settle()
        # Not the copy in STATE/bin: it has no names.
        run = backlog.drain(
            program=ROOT / ".build/release/patchbay-worker",
            wrapper=["perf", "record", "--quiet", "--event", "cpu-clock", "--freq", "1999",
                     "--call-graph", "fp", "--output", data],
        )
        backlog.check(COUNT)
    finally:
        receiver.close()
    print(f"{COUNT:,} deliveries to 100 webhooks on one host name, {run.seconds:.1f} s under perf\n")
    report(data, "by library", "--no-children", "--sort", "dso", "--call-graph", "none")
    report(data, "functions by themselves", "--no-children", "--sort", "symbol", "--call-graph", "none")
    report(data, "functions with what they call", "--children", "--sort", "symbol", "--call-graph", "none")


if __name__ == "__main__":
    main()
