"""Flush, in each of its scopes: what was a hit is a miss, and nothing else is."""

import json

import servers
from world import ask, is_problem, kept, outcome, request, scenario, session, shape

RULES = {
    "version": 1,
    "rules": [
        {"name": "stations", "match": {"tables": ["stations"]}, "tags": ["timetable", "slow"]},
        {"name": "sums", "match": {"query": "\\bsum\\("}, "ttl": "1h", "coherence": "ttl", "tags": ["slow"]},
    ],
}
READS = {
    "product": "select name from products where id = 1",
    "products": "select count(*) from products",
    "order": "select product from orders where id = 1",
    "station": "select name from stations where id = 1",
    "sum": "select sum(price) from products",
}


def scopes(fingerprint):
    """(what is asked for, what goes)."""
    # Which tables the answers of a "coherence": "ttl" rule rest on is not kept: a flush of any table takes them along.
    return [({"all": True}, set(READS)),
            ({"table": "products"}, {"product", "products", "sum"}),
            ({"table": "public.orders"}, {"order", "sum"}),
            ({"table": "*ations"}, {"station", "sum"}),
            ({"table": "public.*"}, set(READS)),
            ({"tag": "timetable"}, {"station"}),
            ({"tag": "slow"}, {"station", "sum"}),
            ({"rule": "sums"}, {"sum"}),
            ({"rule": "defaults"}, {"product", "products", "order"}),
            ({"fingerprint": fingerprint}, {"product"}),
            ({"fingerprint": fingerprint.upper().lstrip("0")}, {"product"})]


def ruled(world):
    folder = servers.temporary_folder("rules")
    (folder / "rules.json").write_text(json.dumps(RULES))
    return world.tapri("--rules", str(folder / "rules.json"))


@scenario
def flush(world, report):
    tapri = ruled(world)
    link = session(tapri)
    for text in READS.values():
        kept(tapri, link, text)
    fingerprint = shape(tapri, "select name from products")["fingerprint"]
    for scope, gone in scopes(fingerprint):
        before = {name: kept(tapri, link, text) for name, text in READS.items()}
        flushed = tapri.metric("tapri_cache_evictions_total", cause="flushed")
        answer = request(tapri, "/api/v1/flush", "POST", scope)
        report.check(f"flush {scope}: so many went", answer.status == 200 and
                     answer.document() == {"flushed_entries": len(gone)},
                     answer)
        report.check(f"flush {scope}: and are counted",
                     tapri.metric("tapri_cache_evictions_total", cause="flushed") - flushed == len(gone))
        became = {name: ask(tapri, link, text) for name, text in READS.items()}
        missed = {name for name, (how, _) in became.items() if how == "miss"}
        hit = {name for name, (how, _) in became.items() if how == "hit_l1"}
        report.check(f"flush {scope}: these miss, the others hit", missed == gone and hit == set(READS) - gone, became)
        report.check(f"flush {scope}: the answers are the same",
                     {name: found for name, (_, found) in became.items()} == before, became)
    link.close()


@scenario
def flush_shows_what_was_written_around_tapri(world, report):
    tapri = ruled(world)
    link = session(tapri)
    texts = [READS["station"], "select sum(id) from stations"]
    for text in texts:
        kept(tapri, link, text)
    world.server.sql("insert into stations values (3, 'Faro'); update stations set name = 'Oriente' where id = 1")
    report.check("what goes around Tapri is not seen", [ask(tapri, link, text) for text in texts] ==
                 [("hit_l1", "Lisboa Oriente"), ("hit_l1", "3")])
    request(tapri, "/api/v1/flush", "POST", {"table": "stations"})
    report.check("after a flush of the table it is", [ask(tapri, link, text) for text in texts] ==
                 [("miss", "Oriente"), ("miss", "6")])
    world.server.sql("delete from stations where id = 3; update stations set name = 'Lisboa Oriente' where id = 1")
    link.close()


@scenario
def flush_that_is_refused(world, report):
    tapri = ruled(world)
    link = session(tapri)
    kept(tapri, link, READS["product"])
    for scope, status, word in (({"table": "nothing"}, 404, "nothing"),
                                ({"table": "elsewhere.products"}, 404, "elsewhere"),
                                ({"tag": "nothing"}, 404, "nothing"), ({"rule": "nothing"}, 404, "nothing"),
                                ({"fingerprint": "00000000000000ff"}, 404, "fingerprint"),
                                ({"fingerprint": "xyz"}, 400, "hex"),
                                ({"fingerprint": 7}, 400, "fingerprint"), ({"all": False}, 400, "exactly one"),
                                ({}, 400, "exactly one"),
                                ({"all": True, "table": "products"}, 400, "exactly one"), ({"table": ""}, 400, "table"),
                                ({"tables": "products"}, 400, "tables"), (b"all", 400, "JSON"), (b"", 400, "JSON")):
        is_problem(report, f"flush {scope}", request(tapri, "/api/v1/flush", "POST", scope), status, word)
    report.check("nothing went", outcome(tapri, link, READS["product"]) == "hit_l1")
    link.close()
