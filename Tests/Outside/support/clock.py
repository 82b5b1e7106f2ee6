"""A program's own wall clock, set by a test while it runs (libfaketime)."""

import glob

import pytest

LIBRARY = "/usr/lib/*/faketime/libfaketimeMT.so.1"


class Clock:
    """
    - `environment` is for the program. Its monotonic clock stays as it is.
    - `file` may be read by the program's user.
    """

    def __init__(self, file):
        libraries = glob.glob(LIBRARY)
        if not libraries:
            pytest.skip("libfaketime is not installed")
        self.file = file
        self.set(0)
        self.environment = {
            "LD_PRELOAD": libraries[0],
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
        }

    def set(self, seconds):
        """So far ahead of the true time; less than 0: behind it."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.rename(self.file)
