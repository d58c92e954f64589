"""The servers of PostgreSQL 17 and 18, out of the npm packages of package-lock.json."""

import json
import pathlib
import shutil
import subprocess

import servers

HERE = pathlib.Path(__file__).resolve().parent
BUILT = servers.ROOT / "build/versions"


def install():
    """npm ci, unless these very packages are there."""
    BUILT.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_bytes()
    mark = BUILT / "installed"
    if mark.exists() and mark.read_bytes() == lock:
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, BUILT)
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=BUILT, capture_output=True,
                          text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(f"npm ci: {done.stderr[-2000:]}{done.stdout[-1000:]}")
    mark.write_bytes(lock)


def unpacked(major):
    """A folder of that version (bin, lib, share) that the server's user may enter, wherever this tree lies."""
    native = BUILT / f"node_modules/postgresql-{major}/native"
    folder = servers.temporary_folder(f"postgresql-{major}") / "native"
    shutil.copytree(native, folder, ignore=shutil.ignore_patterns("*.a", "pkgconfig"))
    # A package cannot hold links, and the script of its own that makes them is not run.
    for link in json.loads((native / "pg-symlinks.json").read_text(encoding="utf-8")):
        place = folder.parent / link["target"]
        place.symlink_to(pathlib.PurePath(link["source"]).name)
    return folder
