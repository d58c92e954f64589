"""What the programs of the servers' packages print; they take the password from the environment."""

import os
import subprocess

from emit import HOST, PASSWORD, PORT, USER

BIN = os.environ["CLIENTS"]  # the folder of the programs


def program(name, other):
    """MariaDB's, or MySQL's of another name."""
    return f"{BIN}/{name}" if os.path.exists(f"{BIN}/{name}") else f"{BIN}/{other}"


def run(command, *arguments, given="", secret=PASSWORD):
    """(exit code, output, errors): each with what goes by names of places left out."""
    done = subprocess.run([command, "--no-defaults", f"--host={HOST}", f"--port={PORT}", f"--user={USER}",
                           "--default-character-set=utf8mb4", *ssl(), *arguments], input=given, capture_output=True, text=True,
                          check=False, errors="replace", env={**os.environ, "MYSQL_PWD": secret, "LC_ALL": "C.UTF-8"})
    return [done.returncode, done.stdout, done.stderr]


def ssl():
    """MySQL's programs, and MariaDB's with MySQL, show a password without TLS only if they know that there is none."""
    return ["--get-server-public-key", "--ssl-mode=DISABLED"] if os.path.exists(f"{BIN}/mysql_config_editor") else ["--skip-ssl"]
