"""The tests of what is read of a schema, which start a server of their own, on a server of this kind."""

import os
import re
import subprocess

import servers

LEAST = 50  # tests


def check(server, _other, report):
    program = servers.ROOT / "build/release/bin/unit_dbclient"
    environment = {name: value for name, value in os.environ.items() if name != "TAPRI_TEST_MYSQL"}
    if server.tree:
        environment["TAPRI_TEST_MYSQL"] = str(server.tree)
    done = subprocess.run([program, "--gtest_filter=Mysql*"], capture_output=True, text=True, check=False, env=environment)
    passed = re.search(r"\[  PASSED  \] (\d+) tests", done.stdout)
    report.check(f"unit_dbclient's tests named Mysql* pass on {server.label}", done.returncode == 0,
                 done.stdout[-5000:] + done.stderr[-2000:])
    report.check(f"there are at least {LEAST} of them", passed and int(passed[1]) >= LEAST, passed)
