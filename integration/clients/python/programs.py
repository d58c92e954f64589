"""What the suites of PostgreSQL's own programs share: how they are run."""

import os
import re
import subprocess

from emit import DATABASE, HOST, PASSWORD, PORT

ENVIRONMENT = {**os.environ, "PGHOST": HOST, "PGPORT": str(PORT), "PGPASSWORD": PASSWORD, "PGUSER": "with_scram",
               "PGDATABASE": DATABASE, "PGTZ": "UTC", "LC_ALL": "C.UTF-8"}


def run(*command, stdin="", **more):
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, errors="backslashreplace", check=False,
                          env={**ENVIRONMENT, **more}, timeout=300)
    return [done.returncode, done.stdout, done.stderr]


def psql(text, *more, **environment):
    code, out, err = run("psql", "-X", "-v", "VERBOSITY=verbose", *more, stdin=text, **environment)
    return [code, out, re.sub(r"server process with PID \d+", "server process with PID N", err)]
