"""Every endpoint of the admin address: what it answers, and what it does."""

import math
import re

import servers
from world import PRODUCT, SECONDS, ask, get, is_problem, kept, outcome, request, scenario, session, shape, value

PROTOCOL, TIER = ["protocol"], ["tier"]
# Interfaces: dashboards and alerts name them.
METRICS = {
    "tapri_build_info": ("gauge", ["version"]),
    "process_start_time_seconds": ("gauge", []),
    "tapri_client_connections": ("gauge", PROTOCOL),
    "tapri_client_connections_total": ("counter", PROTOCOL),
    "tapri_client_connections_refused_total": ("counter", PROTOCOL),
    "tapri_statements_total": ("counter", ["protocol", "outcome"]),
    "tapri_bypass_total": ("counter", ["reason"]),
    "tapri_statement_duration_seconds": ("histogram", ["outcome"]),
    "tapri_upstream_duration_seconds": ("histogram", PROTOCOL),
    "tapri_cache_entries": ("gauge", TIER),
    "tapri_cache_bytes": ("gauge", TIER),
    "tapri_cache_budget_bytes": ("gauge", TIER),
    "tapri_cache_evictions_total": ("counter", ["tier", "cause"]),
    "tapri_fills_total": ("counter", ["result"]),
    "tapri_invalidations_total": ("counter", ["cause"]),
    "tapri_flight_waiters": ("gauge", []),
    "tapri_log_records_total": ("counter", ["source", "kind"]),
    "tapri_hit_age_seconds": ("histogram", []),
    "tapri_saved_upstream_seconds_total": ("counter", []),
    "tapri_probes_total": ("counter", []),
    "tapri_deferred_begins_total": ("counter", ["result"]),
    "tapri_deferred_prepares_total": ("counter", ["result"]),
    "tapri_network_bytes_total": ("counter", ["leg", "direction"]),
    "tapri_degraded": ("gauge", ["component"]),
    "tapri_caching": ("gauge", []),
    "tapri_draining": ("gauge", []),
    "tapri_config_last_reload_successful": ("gauge", []),
    "tapri_config_last_reload_success_timestamp_seconds": ("gauge", []),
}
OUTCOMES = {"hit_l1", "hit_l2", "hit_stale", "miss", "coalesced", "bypass", "write"}
FILLS = {"stored", "refused_lease", "refused_size", "refused_notice", "refused_error", "refused_setting",
         "refused_expired", "refused_kill", "refused_aborted"}
CAUSES = {"capacity", "expired", "invalid", "flushed"}
COUNT, REAL, FLAG, TEXT = "a count", "a number", "true or false", "a text"
STATS = {
    "version": TEXT, "uptime_seconds": REAL, "workers": COUNT, "caching": FLAG, "draining": FLAG,
    "connections": {"now": COUNT, "opened": COUNT, "refused": COUNT},
    "statements": {**dict.fromkeys(OUTCOMES, COUNT), "total": COUNT, "hit_ratio": REAL},
    "bypass": {"no_relation": COUNT},
    "fills": dict.fromkeys(FILLS, COUNT),
    "saved_upstream_seconds": REAL,
    "cache": {"entries": COUNT, "bytes": COUNT, "budget_bytes": COUNT, "evictions": dict.fromkeys(CAUSES, COUNT)},
    "flight_waiters": COUNT,
    "log_records": {"client": {"write": COUNT}},
    "degraded": {"catalog": FLAG, "rules": FLAG, "orphaned_writes": FLAG},
    "last_reload": {"successful": FLAG, "unix_seconds": COUNT},
}
CATALOG = {"database": TEXT, "usable": FLAG, "generation": COUNT, "relations": COUNT, "age_seconds": REAL, "error": TEXT}
SHAPE = {"fingerprint": TEXT, "text": TEXT, "calls": COUNT, "hits": COUNT, "misses": COUNT, "coalesced": COUNT,
         "bypassed": COUNT, "invalidated": dict.fromkeys(("key", "unkeyed", "any", "all"), COUNT), "reason": TEXT,
         "reason_text": TEXT, "rule": TEXT, "protocol": TEXT, "upstream_seconds": REAL, "saved_seconds": REAL}


def differs(found, expected, where=""):
    """Where a document is not of the expected form; empty if nowhere."""
    if isinstance(expected, dict):
        if not isinstance(found, dict) or set(found) != set(expected):
            return f"{where or 'the document'}: {sorted(found) if isinstance(found, dict) else found!r}"
        return "; ".join(filter(None, (differs(found[key], expected[key], f"{where}.{key}") for key in expected)))
    good = {COUNT: isinstance(found, int) and not isinstance(found, bool) and found >= 0,
            REAL: isinstance(found, (int, float)) and not isinstance(found, bool) and found >= 0,
            FLAG: isinstance(found, bool), TEXT: isinstance(found, str)}[expected]
    return "" if good else f"{where}: {found!r} is not {expected}"


def parse_metrics(text):
    """({name: type}, {names with a HELP}, [(name, labels, value)]): the text format 0.0.4."""
    types, helps, samples = {}, set(), []
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            types[name] = kind
        elif line.startswith("# HELP "):
            helps.add(line.split(" ")[2])
        else:
            found = re.fullmatch(r'([a-z_0-9]+)(?:\{((?:[a-z_]+="[^"\\]*",?)*)\})? (\S+)', line)
            if not found:
                raise RuntimeError(f"no sample: {line!r}")
            labels = dict(re.findall(r'([a-z_]+)="([^"]*)"', found[2] or ""))
            samples.append((found[1], labels, float(found[3])))
    return types, helps, samples


def labels_of(name, kind):
    """The label names that a sample of this metric has, by the sample's name."""
    labels = METRICS[name][1]
    if kind != "histogram":
        return {name: labels}
    return {name + "_bucket": labels + ["le"], name + "_sum": labels, name + "_count": labels}


def values_of(samples, name, label):
    return {labels[label] for sample, labels, _ in samples if sample == name}


def histograms_add_up(samples):
    """The first histogram whose buckets do not grow up to its count, or None."""
    series = {}
    for name, labels, number in samples:
        rest = tuple(sorted(item for item in labels.items() if item[0] != "le"))
        if name.endswith("_bucket"):
            series.setdefault((name[:-7], rest), []).append((float(labels["le"]), number))
        elif name.endswith("_count"):
            series.setdefault((name[:-6], rest), []).append((math.inf, number))
    for key, buckets in series.items():
        numbers = [number for _, number in sorted(buckets)]
        if numbers != sorted(numbers) or len(numbers) < 3 or numbers[-1] != numbers[-2]:
            return key, buckets
    return None


@scenario
def health(world, report):
    tapri = world.tapri()
    for path in ("/livez", "/readyz"):
        answer = request(tapri, path)
        report.check(f"{path} says ok", (answer.status, answer.text) == (200, "ok\n"), answer)
        report.check(f"{path} is plain text", answer.type.startswith("text/plain"), answer)
        head = request(tapri, path, "HEAD")
        report.check(f"HEAD {path} has no body", (head.status, head.text) == (200, ""), head)
    servers.wait_for(lambda: "failed" not in request(tapri, "/readyz?verbose").text, "a catalog", SECONDS)
    lines = request(tapri, "/readyz?verbose").text.splitlines()
    report.check("/readyz?verbose names each check",
                 lines == ["[+]listeners ok", "[+]rules ok", "[+]catalog ok", "ready"], lines)


@scenario
def metrics(world, report):
    tapri = world.tapri()
    link = session(tapri)
    kept(tapri, link, "select name from products where name <> 'a secret of products'")
    outcome(tapri, link, "update visits set count = count + 1 where id = 1")
    outcome(tapri, link, "select 1")
    answer = request(tapri, "/metrics")
    report.check("the type is Prometheus' text format", answer.type == "text/plain; version=0.0.4; charset=utf-8",
                 answer.type)
    types, helps, samples = parse_metrics(answer.text)
    report.check("these metrics and no others, each of its type",
                 types == {name: kind for name, (kind, _) in METRICS.items()},
                 set(types.items()) ^ {(name, kind) for name, (kind, _) in METRICS.items()})
    report.check("each has a help text", helps == set(METRICS), helps ^ set(METRICS))
    allowed = {}
    for name, (kind, _) in METRICS.items():
        allowed.update(labels_of(name, kind))
    report.check("each has samples", {name for name, _, _ in samples} == set(allowed),
                 {name for name, _, _ in samples} ^ set(allowed))
    wrong = [(name, labels) for name, labels, _ in samples if sorted(labels) != sorted(allowed.get(name, ["?"]))]
    report.check("each sample has its labels", not wrong, wrong[:5])
    keys = [(name, tuple(sorted(labels.items()))) for name, labels, _ in samples]
    report.check("no sample is there twice", len(keys) == len(set(keys)), "")
    for name, label, expected in (("tapri_statements_total", "outcome", OUTCOMES),
                                  ("tapri_fills_total", "result", FILLS),
                                  ("tapri_cache_evictions_total", "cause", CAUSES),
                                  ("tapri_invalidations_total", "cause", {"key", "unkeyed", "any", "all"}),
                                  ("tapri_cache_entries", "tier", {"l1"}),
                                  ("tapri_network_bytes_total", "leg", {"client", "upstream"}),
                                  ("tapri_network_bytes_total", "direction", {"in", "out"}),
                                  ("tapri_client_connections", "protocol", {"postgres"}),
                                  ("tapri_degraded", "component", {"catalog", "rules", "orphaned_writes"})):
        found = values_of(samples, name, label)
        report.check(f"{name}: every {label}, from the start", found == expected, found)
    report.check("histograms add up", histograms_add_up(samples) is None, histograms_add_up(samples))
    report.check("no statement is a label", "products" not in answer.text and "secret" not in answer.text, "")
    for name, labels in (("tapri_statements_total", {"outcome": "hit_l1"}),
                         ("tapri_statements_total", {"outcome": "write"}),
                         ("tapri_bypass_total", {"reason": "no_relation"}), ("tapri_fills_total", {"result": "stored"}),
                         ("tapri_cache_entries", {"tier": "l1"}), ("tapri_log_records_total", {"kind": "write"}),
                         ("tapri_hit_age_seconds_count", {}), ("tapri_probes_total", {}), ("tapri_caching", {}),
                         ("tapri_network_bytes_total", {"leg": "upstream", "direction": "in"}),
                         ("tapri_client_connections", {}), ("tapri_config_last_reload_successful", {})):
        report.check(f"{name}{labels or ''} has counted", tapri.metric(name, **labels) > 0, answer.text[-3000:])
    link.close()
    report.check("a session that ends is not counted as open",
                 servers.wait_for(lambda: tapri.metric("tapri_client_connections") == 0, "no connection", SECONDS))


@scenario
def stats(world, report):
    tapri = world.tapri()
    ratio = get(tapri, "/api/v1/stats")["statements"]["hit_ratio"]
    report.check("before the first read there is no hit ratio", ratio is None, ratio)
    link = session(tapri)
    kept(tapri, link, PRODUCT)
    outcome(tapri, link, "select 1")
    answer = request(tapri, "/api/v1/stats")
    found = answer.document()
    # What it takes to get ready may show as reasons of its own.
    found["bypass"] = {"no_relation": found["bypass"].get("no_relation")}
    catalogs = found.pop("catalogs")
    report.check("stats have their form", differs(found, STATS) == "", differs(found, STATS))
    report.check("so does what they say of schemas",
                 catalogs and not any(differs(catalog, CATALOG) for catalog in catalogs), catalogs)
    report.check("the schema was read", any(catalog["usable"] and catalog["relations"] for catalog in catalogs), catalogs)
    report.check("they are JSON", answer.type == "application/json" and answer.headers["Cache-Control"] == "no-store",
                 answer)
    counts = dict(found["statements"])
    total, ratio = counts.pop("total"), counts.pop("hit_ratio")
    report.check("the total is the sum of the outcomes", total == sum(counts.values()), counts)
    report.check("the hit ratio is of what could hit", ratio == counts["hit_l1"] / (counts["hit_l1"] + counts["miss"]),
                 found)
    report.check("the figures are these", found["cache"]["entries"] == 1 and found["connections"]["now"] == 1 and
                 found["caching"] and not found["draining"] and not any(found["degraded"].values()), found)
    link.close()


@scenario
def shapes(world, report):
    tapri = world.tapri()
    link = session(tapri)
    kept(tapri, link, "select name from products where id = 1")
    before = shape(tapri, "from products")
    for number in (2, 3, 3, 3):
        ask(tapri, link, f"select name from products where id = {number}")
    for _ in range(2):
        ask(tapri, link, "select 1")
    found = shape(tapri, "from products")
    report.check("a shape has its form", differs(found, SHAPE) == "", differs(found, SHAPE))
    report.check("literals are lifted", found["text"] == "select name from products where id = ?", found)
    report.check("hits and misses are counted", found["hits"] - before["hits"] == 2 and
                 found["misses"] - before["misses"] == 2 and
                 found["calls"] - before["calls"] == 4, (before, found))
    bypassed = shape(tapri, "select ?")
    report.check("a bypass has its reason", (bypassed["reason"], bypassed["bypassed"]) == ("no_relation", 2), bypassed)
    for order in ("calls", "hits", "misses", "bypassed", "upstream_time", "saved_time"):
        listed = get(tapri, f"/api/v1/shapes?sort={order}")["shapes"]
        key = order.replace("_time", "_seconds")
        report.check(f"sorted by {order}", len(listed) == 2 and listed[0][key] >= listed[1][key], listed)
    report.check("limit=1 gives one", len(get(tapri, "/api/v1/shapes?limit=1")["shapes"]) == 1)
    for query in ("limit=0", "limit=many", "limit=1001", "sort=beauty"):
        is_problem(report, f"shapes?{query}", request(tapri, f"/api/v1/shapes?{query}"), 400,
                   query.split("=", maxsplit=1)[0])
    link.close()


@scenario
def explain(world, report):
    tapri = world.tapri()
    link = session(tapri)

    def ask_for(sql, **more):
        return request(tapri, "/api/v1/explain", "POST", {"sql": sql, **more}).document()

    servers.wait_for(lambda: ask_for(PRODUCT)["statements"][0]["cacheable"], "a catalog", SECONDS)
    found = ask_for(PRODUCT, user="app", application="web")
    one = found["statements"][0]
    report.check("it says for whom", (found["catalog"], found["user"], found["application"], found["database"]) ==
                 ("database", "app", "web", "postgres"), found)
    report.check("a read: its tables and dependencies",
                 one["reads"] == [{"written": "products", "resolved": "public.products"}] and
                 any("public.products" in text for text in one["dependencies"]) and one["reason"] == "none", one)
    report.check("a read: its verdict", one["verdict"] == {"rule": "defaults", "action": "cache", "ttl_seconds": 600,
                                                           "jitter": 0.1,
                                                           "max_result_bytes": 1 << 20, "coherence": "auto",
                                                           "snapshot_reads": False, "l2": {
                                                               "enabled": True, "store": "at_once", "max_size_bytes": None,
                                                               "max_stores_per_second": None,
                                                               "max_bytes_per_second": None, "ttl_seconds": None,
                                                               "min_cost_seconds": None}}, one)
    value(link, PRODUCT)
    report.check("the fingerprint is that of the shapes",
                 one["fingerprint"] == shape(tapri, "from products")["fingerprint"], one)
    write = ask_for("delete from products where id = 7")["statements"][0]
    report.check("a write: what it ends", not write["cacheable"] and write["reason"] == "not_a_read" and
                 any("public.products" in text for text in write["footprint"]), write)
    both = ask_for("select now() from products; select 1")["statements"]
    report.check("several statements are explained one by one", [one["reason"] for one in both] ==
                 ["volatile_function", "no_relation"] and both[0]["detail"] and both[0]["advice"], both)
    broken = ask_for("selekt")["statements"][0]
    report.check("what cannot be parsed is explained, too", broken["reason"] == "not_understood", broken)
    for body, word in (({}, "sql"), ({"sql": 7}, "sql"), ({"sql": "select 1", "colour": 1}, "colour"), (b"{", "JSON"),
                       (b"[]", "JSON")):
        is_problem(report, f"explain {body}", request(tapri, "/api/v1/explain", "POST", body), 400, word)
    report.check("nothing was run", tapri.metric("tapri_statements_total") == 1)
    link.close()


@scenario
def config(world, report):
    tapri = world.tapri("--cache-memory", "64MiB", "--admin-token", "Token-of-the-test", "--upstream-password",
                        "Control-word")
    answer = request(tapri, "/api/v1/config", Authorization="Bearer Token-of-the-test")
    found = answer.document()
    report.check("the effective configuration", found["cache"]["memory"] == "64MiB" and
                 found["upstream"] == [world.server.url()] and
                 found["drain"] == {"timeout": "30s"}, found)
    report.check("secrets are masked", found["admin"]["token"] == "***" == found["upstream_password"] and
                 "Token-of" not in answer.text and "Control-word" not in answer.text, found)


@scenario
def rules_without_a_file(world, report):
    tapri = world.tapri()
    found = get(tapri, "/api/v1/rules")
    report.check("there are none", (found["path"], found["rules"], found["error"]) == ("", [], None), found)


@scenario
def drain(world, report):
    tapri = world.tapri()
    link, idle = session(tapri), session(tapri)
    value(link, "begin")
    value(link, "insert into visits values (1000, 0)")
    is_problem(report, "drain by GET", request(tapri, "/api/v1/drain"), 405)
    report.check("that did not drain", request(tapri, "/readyz").status == 200)
    answer = request(tapri, "/api/v1/drain", "POST")
    report.check("drain is accepted", answer.status == 202 and answer.document() == {"draining": True}, answer)
    is_problem(report, "drain again", request(tapri, "/api/v1/drain", "POST"), 409)
    report.check("/readyz says 503", request(tapri, "/readyz").status == 503)
    report.check("/readyz?verbose says why", "[-]draining" in request(tapri, "/readyz?verbose").text)
    report.check("/livez still says 200", request(tapri, "/livez").status == 200)
    report.check("stats and metrics say so", get(tapri, "/api/v1/stats")["draining"] and
                 tapri.metric("tapri_draining") == 1)
    report.check("an idle session is told 57P01", [kind for kind, _ in idle.rest()] == [b"E"])
    value(link, "commit")
    report.check("the open transaction could end", world.server.sql("select id from visits where id = 1000") == "1000")
    report.check("then the process ends well", tapri.process.wait(SECONDS) == 0, tapri.tail())
