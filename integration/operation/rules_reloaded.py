"""Rules that change while Tapri runs: in place, by a swapped link, on a signal; and rules that are refused."""

import contextlib
import json
import os
import shutil
import signal
import threading

import servers
from world import PRODUCT, SECONDS, get, is_problem, kept, outcome, outcomes, request, scenario, session

BROKEN = """{
  "version": 1,
  "rules": [
    { "name": "new", "match": { "tables": ["products"] }, "acton": "bypass" }
  ]
}
"""
PLACE = f"4:{BROKEN.splitlines()[3].index('acton')}"  # of the quote before it, counted from 1


def text_of(name, action="cache", table="products"):
    return json.dumps({"version": 1, "rules": [{"name": name, "match": {"tables": [table]}, "action": action}]})


def names(tapri):
    """The rules in force, without their places."""
    return [rule["name"].rpartition(" (")[0] for rule in get(tapri, "/api/v1/rules")["rules"]]


def comes(tapri, *expected):
    servers.wait_for(lambda: names(tapri) == list(expected), f"the rules {expected} in force", SECONDS)


def replace(path, text):
    """As editors and tools do: no moment without the file."""
    path.with_name("." + path.name).write_text(text)
    path.with_name("." + path.name).replace(path)


@scenario
def sighup(world, report):
    path = servers.temporary_folder("rules") / "rules.json"
    path.write_text(text_of("one"))
    tapri = world.tapri("--rules", str(path))
    link = session(tapri)
    kept(tapri, link, PRODUCT)
    first = get(tapri, "/api/v1/rules")["generation"]
    tapri.process.send_signal(signal.SIGHUP)
    servers.wait_for(lambda: "nothing has changed; the rules stay in force rules=1" in tapri.tail(), "the log's line",
                     SECONDS)
    report.check("where nothing has changed, the rules stay", get(tapri, "/api/v1/rules")["generation"] == first)
    report.check("and with them what was kept", outcome(tapri, link, PRODUCT) == "hit_l1")
    path.write_text(text_of("two", "bypass"))
    tapri.process.send_signal(signal.SIGHUP)
    comes(tapri, "two")
    report.check("and they are in force for the session that was there",
                 outcomes(tapri, link, PRODUCT) == ["bypass"] * 3)
    report.check("the log says so", "new rules are in force rules=1" in tapri.tail(), tapri.tail())
    link.close()
    plain = world.tapri()
    plain.process.send_signal(signal.SIGHUP)
    servers.wait_for(lambda: "the rules stay in force rules=0" in plain.tail(), "the log's line", SECONDS)
    report.check("without rules SIGHUP harms nobody", plain.alive())


@scenario
def a_file_that_changes(world, report):
    path = servers.temporary_folder("rules") / "rules.json"
    path.write_text(text_of("one"))
    tapri = world.tapri("--rules", str(path))
    link = session(tapri)
    for step, action in enumerate(("bypass", "cache", "bypass")):
        if action == "cache":
            path.write_text(text_of(f"step {step}", action))
        else:
            replace(path, text_of(f"step {step}", action))
        comes(tapri, f"step {step}")
        if action == "cache":
            kept(tapri, link, PRODUCT)
        report.check(f"step {step}: {action}", outcomes(tapri, link, PRODUCT) ==
                     [{"bypass": "bypass", "cache": "hit_l1"}[action]] * 3)
    link.close()


@scenario
def a_folder_that_changes(world, report):
    folder = servers.temporary_folder("rules")
    (folder / "20.json").write_text(text_of("twenty"))
    tapri = world.tapri("--rules", str(folder))
    link = session(tapri)
    kept(tapri, link, PRODUCT)
    replace(folder / "10.json", text_of("ten", "bypass"))
    comes(tapri, "ten", "twenty")
    report.check("a file that is added comes in the order of names", outcome(tapri, link, PRODUCT) == "bypass")
    (folder / "10.json").unlink()
    comes(tapri, "twenty")
    kept(tapri, link, PRODUCT)
    report.check("and may be removed", True)
    link.close()


class ConfigMap:
    """A volume as a kubelet writes it: files are links into ..data, which is a link that is swapped."""

    def __init__(self, name, **files):
        self.folder = servers.temporary_folder(name)
        self.count = 0
        self.swap(**files)
        for file in files:
            (self.folder / f"{file}.json").symlink_to(f"..data/{file}.json")

    def swap(self, **files):
        self.count += 1
        old = self.folder / "..data"
        gone = self.folder / os.readlink(old) if old.is_symlink() else None
        new = self.folder / f"..2026_01_0{self.count}"
        new.mkdir()
        for file, text in files.items():
            (new / f"{file}.json").write_text(text)
        (self.folder / "..data_tmp").symlink_to(new.name)
        (self.folder / "..data_tmp").replace(old)
        if gone:
            shutil.rmtree(gone)


@scenario
def a_configmap(world, report):
    volume = ConfigMap("configmap", shop=text_of("one"))
    places = {"folder": str(volume.folder), "file": str(volume.folder / "shop.json")}
    tapris = {name: world.tapri("--rules", path) for name, path in places.items()}
    links = {name: session(tapri) for name, tapri in tapris.items()}
    for name, tapri in tapris.items():
        comes(tapri, "one")
        kept(tapri, links[name], PRODUCT)
    for step, action in (("two", "bypass"), ("three", "cache")):
        volume.swap(shop=text_of(step, action))
        for name, tapri in tapris.items():
            comes(tapri, step)
            if action == "cache":
                kept(tapri, links[name], PRODUCT)
            report.check(f"{name}: swapped to {step}", outcomes(tapri, links[name], PRODUCT) ==
                         [{"bypass": "bypass", "cache": "hit_l1"}[action]] * 3)
    volume.swap(shop=BROKEN)
    for name, tapri in tapris.items():
        servers.wait_for(lambda tapri=tapri: get(tapri, "/api/v1/rules")["error"], "the refusal", SECONDS)
        report.check(f"{name}: swapped to a broken one: the last good ones stay", names(tapri) == ["three"] and
                     outcome(tapri, links[name], PRODUCT) == "hit_l1", tapri.tail())
        links[name].close()


@scenario
def broken_rules(world, report):
    path = servers.temporary_folder("rules") / "rules.json"
    path.write_text(text_of("good", "bypass"))
    tapri = world.tapri("--rules", str(path))
    link = session(tapri)
    kept(tapri, link, "select count(*) from orders")
    replace(path, BROKEN)
    servers.wait_for(lambda: get(tapri, "/api/v1/rules")["error"], "the refusal", SECONDS)
    where = f"{path}:{PLACE}: rules[0].acton: unknown key"
    line = next((line for line in tapri.tail().splitlines() if "refused" in line), "")
    report.check("the log: an error with file, line, column and key", where in line and " error " in line and
                 "last good ones stay in force" in line, tapri.tail())
    report.check("/api/v1/rules says so", where in get(tapri, "/api/v1/rules")["error"])
    report.check("the last good rules stay in force", names(tapri) == ["good"] and
                 outcomes(tapri, link, PRODUCT) == ["bypass"] * 3)
    report.check("what is kept stays kept", outcome(tapri, link, "select count(*) from orders") == "hit_l1")
    report.check("metrics say so", tapri.metric("tapri_config_last_reload_successful") == 0 and
                 tapri.metric("tapri_degraded", component="rules") == 1)
    stats = get(tapri, "/api/v1/stats")
    report.check("stats say so", stats["degraded"]["rules"] and not stats["last_reload"]["successful"], stats)
    report.check("it stays ready", request(tapri, "/readyz").status == 200)
    is_problem(report, "reload", request(tapri, "/api/v1/reload", "POST"), 422, f":{PLACE}: ")
    path.write_text(text_of("mended"))
    answer = request(tapri, "/api/v1/reload", "POST")
    report.check("once mended, reload says what is in force", answer.status == 200 and
                 answer.document() == get(tapri, "/api/v1/rules") and names(tapri) == ["mended"], answer)
    report.check("and all is well", tapri.metric("tapri_config_last_reload_successful") == 1 and
                 tapri.metric("tapri_degraded", component="rules") == 0 and not get(tapri, "/api/v1/rules")["error"])
    kept(tapri, link, PRODUCT)
    path.unlink()
    servers.wait_for(lambda: get(tapri, "/api/v1/rules")["error"], "the refusal", SECONDS)
    report.check("a file that is gone: the last good rules stay", names(tapri) == ["mended"] and
                 str(path) in tapri.tail())
    link.close()


@scenario
def reloads_from_all_sides(world, report):
    """By the clock, by signals and over HTTP at once: loads must not get in each other's way."""
    path = servers.temporary_folder("rules") / "rules.json"
    path.write_text(text_of("start"))
    tapri = world.tapri("--rules", str(path))
    wrong = []

    def reload():
        for _ in range(150):
            with contextlib.suppress(ConnectionError):
                answer = request(tapri, "/api/v1/reload", "POST")
                if answer.status != 200:
                    wrong.append(str(answer))

    threads = [threading.Thread(target=reload) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        replace(path, text_of("again"))
        tapri.process.send_signal(signal.SIGHUP)
        threads[0].join(0.002)
    replace(path, text_of("end", "bypass"))
    comes(tapri, "end")
    report.check("it lives, and each reload was good", tapri.alive() and not wrong, wrong[:3] or tapri.tail())
