"""A stack's own worker, seen from outside."""

import pathlib

from stack import is_alive, wait_for


def live_worker(stack, other_than=None):
    """The id of the timer's worker once it runs."""

    def find():
        pid = stack.pid("worker")
        # Until it has become the worker it is a shell.
        is_worker = pid != other_than and is_alive(pid) and name_of(pid) == "patchbay-worker"
        return pid if is_worker else None

    return wait_for(find)


def name_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def peak_memory(pid):
    """Resident, in bytes."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


def complaints(stack):
    """The timer speaks of every end of a worker but a good one."""
    return (stack.state / "log" / "timer.log").read_text()
