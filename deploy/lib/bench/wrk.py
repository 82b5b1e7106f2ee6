"""wrk, which makes requests faster than anything here answers them."""

import pathlib
import re
import subprocess

SCRIPT = pathlib.Path(__file__).resolve().parent / "post.lua"


def post_rate(url, folder, body, fields, connections, seconds):
    """Requests a second over so many kept connections; ends the benchmark where one was refused.
    Its two files are written to `folder`."""
    (folder / "wrk-body").write_text(body)
    (folder / "wrk-fields").write_text("".join(f"{name} {text}\n" for name, text in fields.items()))
    text = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s",
         "-s", str(SCRIPT), url],
        env={
            "BODY_FILE": str(folder / "wrk-body"),
            "FIELDS_FILE": str(folder / "wrk-fields"),
            "PATH": "/usr/bin:/bin",
        },
        check=True, stdout=subprocess.PIPE, text=True,
    ).stdout
    rate, bad = re.search(r"rate ([\d.]+) bad (\d+)", text).groups()
    if bad != "0":
        raise SystemExit(f"wrk counts {bad} bad answers of {url}")
    return float(rate)
