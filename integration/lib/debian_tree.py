"""Programs of a newer Debian than the one at hand: a package and all that it depends on, unpacked into a folder of its own.

They come by apt from the archive that the machine already uses, with the signatures checked; apt's own state is kept
apart, so nothing of the machine's changes and nobody needs to be root. The programs are made to use the loader and the
libraries that came with them (patchelf), so they run whatever the machine's own are.
"""

import fcntl
import platform
import shutil
import subprocess

import servers

BUILT = servers.ROOT / "build/debian"
TRIPLETS = {"x86_64": "x86_64-linux-gnu", "aarch64": "aarch64-linux-gnu"}
LEFT_OUT = ("doc", "man", "locale", "info", "perl")  # of usr/share


def _run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])}...: {done.stdout[-1000:]}{done.stderr[-2000:]}")
    return done.stdout


def archive(scratch):
    """Where this machine gets its Debian from."""
    for more in ((), (f"-oDir::State::Lists={scratch}", "-oDebug::NoLocking=1", "-oAPT::Sandbox::User=")):
        if more:  # an image that keeps no lists, without which apt names no archives
            (scratch / "partial").mkdir(parents=True)
            _run("apt-get", "-qq", *more, "update")
        listed = _run("apt-get", *more, "indextargets", "--format", "$(REPO_URI) $(COMPONENT) $(ORIGIN) $(LABEL)",
                      "Created-By: Packages")
        for line in listed.splitlines():
            words = line.split()
            if words[1:] == ["main", "Debian", "Debian"]:
                return words[0]
    raise RuntimeError("apt knows no archive of Debian's main component")


def install(suite, *packages, alone=()):
    """The folder that holds the packages' files (usr/bin, usr/sbin ...); fetched unless it is there from before.

    alone: further packages, of which nothing is needed that they depend on.
    """
    folder = BUILT / f"{suite}-{'-'.join(packages + alone)}"
    BUILT.mkdir(parents=True, exist_ok=True)
    with open(folder.with_suffix(".lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two suites may want it at once
        mark = folder / "complete"  # and where: the programs name their loader by its whole path
        if not mark.exists() or mark.read_text(encoding="utf-8") != str(folder):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            downloads = folder / "apt"
            for package in _fetched(suite, packages, alone, downloads):
                _unpack(package, folder)
            shutil.rmtree(downloads)
            _use_own_loader(folder)
            mark.write_text(str(folder), encoding="utf-8")
    return folder


def _fetched(suite, packages, alone, work):
    """The .deb files of the packages and of all that they depend on: to an empty status nothing is installed; and of `alone`."""
    for name in ("lists/partial", "cache/archives/partial"):
        (work / name).mkdir(parents=True)
    (work / "status").touch()
    (work / "sources.list").write_text(f"deb {archive(work / 'machine')} {suite} main\n", encoding="ascii")
    settings = {"Dir::Etc::sourcelist": work / "sources.list", "Dir::Etc::sourceparts": "-",
                "Dir::Etc::preferences": "/dev/null", "Dir::Etc::preferencesparts": "/dev/null",
                "Dir::State::Lists": work / "lists", "Dir::State::status": work / "status",
                "Dir::Cache": work / "cache", "APT::Sandbox::User": "", "Debug::NoLocking": 1,
                "Acquire::Languages": "none", "Acquire::Retries": 3,
                "Acquire::Check-Valid-Until": "false"}  # a mirror of some weeks ago will do, if it is signed
    command = ["apt-get", "-qq", *[f"-o{name}={value}" for name, value in settings.items()]]
    _run(*command, "update")
    _run(*command, "install", "-y", "--no-install-recommends", "--download-only", *packages)
    if alone:
        _run(*command, "download", *alone, cwd=work / "cache/archives")
    found = sorted((work / "cache/archives").glob("*.deb"))
    if not found:
        raise RuntimeError(f"apt fetched nothing for {' '.join(packages)} of {suite}")
    return found


def _unpack(package, folder):
    left_out = [f"--exclude=./usr/share/{name}/*" for name in LEFT_OUT]
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE) as read:
        done = subprocess.run(["tar", "-x", "-C", str(folder), "--no-same-owner", *left_out], stdin=read.stdout,
                              capture_output=True, text=True, check=False)
    if read.returncode or done.returncode:
        raise RuntimeError(f"{package.name}: {done.stderr[-1000:]}")


def libraries(folder):
    return folder / "usr/lib" / TRIPLETS[platform.machine()]


def _use_own_loader(folder):
    own = libraries(folder)
    loader = next(own.glob("ld-linux-*.so.*"), None)
    if loader is None:
        raise RuntimeError(f"there is no loader in {own}")
    programs = [path for name in ("usr/bin", "usr/sbin") for path in sorted((folder / name).glob("*"))
                if path.is_file() and not path.is_symlink() and path.open("rb").read(4) == b"\x7fELF"]
    for path in programs:
        if subprocess.run(["patchelf", "--print-interpreter", str(path)], capture_output=True, check=False).returncode:
            continue  # linked statically
        _run("patchelf", "--set-interpreter", str(loader), "--force-rpath", "--set-rpath", str(own), str(path))
