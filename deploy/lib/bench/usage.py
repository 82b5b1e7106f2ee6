"""What processes took of the machine."""

import os
import pathlib
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")


def processor_seconds(pid, with_children=False):
    """User and system time so far. A child that has ended is not counted."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    seconds = (int(fields[11]) + int(fields[12])) / TICK
    if with_children:
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                seconds += processor_seconds(child, with_children=True)
    return seconds


class Finished:
    """A program that ran to its end: wall seconds, processor seconds, peak of resident memory."""

    def __init__(self, command, **options):
        began = time.monotonic()
        process = subprocess.Popen(command, **options)
        _, status, used = os.wait4(process.pid, 0)
        self.seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{command[0]} ended with {process.returncode}")
        self.processor_seconds = used.ru_utime + used.ru_stime
        self.peak_kib = used.ru_maxrss
