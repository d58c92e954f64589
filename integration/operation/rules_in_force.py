"""What a rule file says, seen in what becomes of real statements."""

import json

import servers
from world import PRODUCT, SECONDS, ask, kept, outcome, outcomes, scenario, session, shape, value

HIT = "hit_l1"


def ruled(world, *rules, **defaults):
    """A Tapri with these rules."""
    folder = servers.temporary_folder("rules")
    (folder / "rules.json").write_text(json.dumps({"version": 1, "defaults": defaults, "rules": rules}))
    return world.tapri("--rules", str(folder / "rules.json"))


def expires(tapri, link, text, part):
    """Asks until the answer that was kept is too old."""
    def old():
        return outcome(tapri, link, text) == "miss" and shape(tapri, part)["reason"] == "expired"
    servers.wait_for(old, f"an answer that is too old: {text}", SECONDS)


@scenario
def a_rule_that_bypasses(world, report):
    tapri = ruled(world, {"name": "money is never cached", "match": {"tables": ["mon*"]}, "action": "bypass"})
    link = session(tapri)
    kept(tapri, link, PRODUCT)
    text = "select balance from money where id = 1"
    report.check("its statements go to the database", outcomes(tapri, link, text) == ["bypass"] * 3)
    found = shape(tapri, "from money")
    report.check("shapes say why, and which rule", found["reason"] == "rule_bypass" and
                 found["rule"].startswith("money is never cached (") and ".json:1" in found["rule"], found)
    report.check("metrics say why", tapri.metric("tapri_bypass_total", reason="rule_bypass") == 3)
    join = "select name from products join money using (id)"
    report.check("one forbidden table is enough", outcomes(tapri, link, join) == ["bypass"] * 3)
    report.check("others are kept as before", outcome(tapri, link, PRODUCT) == HIT)
    link.close()


@scenario
def only_what_a_rule_names(world, report):
    tapri = ruled(world, {"name": "in", "match": {"tables_all": ["products"]}, "action": "cache"}, action="bypass")
    link = session(tapri)
    kept(tapri, link, PRODUCT)
    report.check("what is not named is not kept",
                 outcomes(tapri, link, "select count(*) from orders") == ["bypass"] * 3)
    report.check("nor what is joined with it",
                 outcomes(tapri, link, "select name from products join orders using (id)") == ["bypass"] * 3)
    link.close()


@scenario
def the_first_rule_that_matches(world, report):
    tapri = ruled(world, {"name": "for this user", "match": {"user": "trust*", "tables": "orders"}, "action": "bypass"},
                  {"name": "for this program", "match": {"application": "batch", "tables": "orders"},
                   "action": "bypass"},
                  {"name": "for all", "match": {"tables": "orders"}, "action": "cache"},
                  {"name": "too late", "match": {"tables": "orders"}, "action": "bypass"})
    text = "select product from orders where id = 1"
    link = session(tapri)
    kept(tapri, link, text)
    report.check("the rule that decided is named", shape(tapri, "from orders")["rule"].startswith("for all ("))
    for name, other in (("user", session(tapri, user="trusted")),
                        ("application", session(tapri, more=[("application_name", "batch")]))):
        report.check(f"by {name}", outcomes(tapri, other, text) == ["bypass"] * 3)
        other.close()
    value(link, "set application_name = 'batch'")
    report.check("by an application that says so later", outcomes(tapri, link, text) == ["bypass"] * 3)
    link.close()


@scenario
def ttl(world, report):
    tapri = ruled(world, {"name": "short", "match": {"tables": "stations"}, "ttl": "700ms", "jitter": "0%"}, ttl="none")
    link = session(tapri)
    kept(tapri, link, PRODUCT)
    text = "select name from stations where id = 1"
    kept(tapri, link, text)
    expires(tapri, link, text, "from stations")
    report.check("metrics count it", tapri.metric("tapri_cache_evictions_total", cause="expired") >= 1)
    kept(tapri, link, text)
    report.check("with a TTL of none nothing ends", outcome(tapri, link, PRODUCT) == HIT)
    link.close()


@scenario
def coherence_ttl(world, report):
    tapri = ruled(world, {"name": "may be old", "match": {"query": "count\\("}, "ttl": "1h", "coherence": "ttl"},
                  {"name": "may be a little old", "match": {"query": "max\\("}, "ttl": "700ms", "coherence": "ttl"})
    link = session(tapri)
    texts = ["select count(*) from visits where id < 100", "select max(count) from visits where id < 100",
             "select id from visits where id = 50"]
    before = [kept(tapri, link, text) for text in texts]
    report.check("before the write", before[0] == "1" and before[2] is None, before)
    value(link, "insert into visits values (50, 123456)")
    report.check("the answer may be old", ask(tapri, link, texts[0]) == (HIT, "1"))
    report.check("without the rule it may not", ask(tapri, link, texts[2]) == ("miss", "50"))
    servers.wait_for(lambda: ask(tapri, link, texts[1]) == ("miss", "123456"), "the end of the TTL", SECONDS)
    report.check("no older than the TTL", True)
    report.check("and the long one is old still", ask(tapri, link, texts[0]) == (HIT, "1"))
    value(link, "delete from visits where id = 50")
    link.close()


@scenario
def max_result(world, report):
    tapri = ruled(world, {"name": "small", "match": {"tables": "products"}, "max_result": "1KiB"})
    link = session(tapri)
    kept(tapri, link, PRODUCT)
    long = "select repeat('x', 2000)"
    report.check("what is larger is not kept",
                 outcomes(tapri, link, long + " from products where id = 1") == ["miss"] * 3)
    report.check("metrics say why", tapri.metric("tapri_fills_total", result="refused_size") == 3)
    kept(tapri, link, long + " from orders where id = 1")
    report.check("where no rule says so it is", True)
    capped = world.tapri("--cache-max-result", "1KiB")
    other = session(capped)
    kept(capped, other, PRODUCT)
    report.check("cache.max_result holds for all",
                 outcomes(capped, other, long + " from orders where id = 1") == ["miss"] * 3)
    link.close()
    other.close()


@scenario
def hints(world, report):
    rules = [{"name": "never", "match": {"tables": "money"}, "action": "bypass"},
             {"name": "search", "match": {"comment": "*page=search*"}, "action": "bypass"}]
    tapri = ruled(world, *rules)
    link = session(tapri)
    kept(tapri, link, PRODUCT)
    report.check("bypass", outcomes(tapri, link, f"/* tapri: bypass */ {PRODUCT}") == ["bypass"] * 3 and
                 shape(tapri, "tapri: bypass")["reason"] == "hint_bypass")
    hinted = f"/* tapri: ttl=700ms */ {PRODUCT}"
    kept(tapri, link, hinted)
    expires(tapri, link, hinted, "ttl=700ms")
    report.check("ttl", True)
    report.check("ttl=0 is bypass", outcomes(tapri, link, f"/* tapri: ttl=0 */ {PRODUCT}") == ["bypass"] * 3)
    report.check("a hint lets nothing in",
                 outcomes(tapri, link, "/* tapri: ttl=1h */ select * from money") == ["bypass"] * 3)
    report.check("a comment that a rule looks for",
                 outcomes(tapri, link, f"/* tapri: page=search */ {PRODUCT}") == ["bypass"] * 3)
    kept(tapri, link, f"/* tapri: page=home, ttl=soon */ {PRODUCT}")
    kept(tapri, link, f"/* about tapri: bypass */ {PRODUCT}")
    kept(tapri, link, f"{PRODUCT} /* tapri: bypass */")
    report.check("what is no hint changes nothing", True)
    link.close()
    deaf = ruled(world, *rules, hints=False)
    link = session(deaf)
    kept(deaf, link, f"/* tapri: bypass */ {PRODUCT}")
    report.check("where the rules allow no hints they change nothing", True)
    report.check("but rules still see the comment",
                 outcomes(deaf, link, f"/* tapri: page=search */ {PRODUCT}") == ["bypass"] * 3)
    link.close()


@scenario
def dependencies(world, report):
    world.server.sql("""
create function note_visit() returns int language sql as
    'update visits set count = count + 1 where id = 1 returning count';
create function price_of(int) returns int language sql stable as 'select price from products where id = $1'""")
    folder = servers.temporary_folder("rules")
    (folder / "rules.json").write_text(json.dumps({"version": 1, "dependencies": [
        {"when": {"writes": "orders"}, "also_changes": ["stations"]},
        {"when": {"calls": "note_visit"}, "changes": ["visits"]},
        {"when": {"calls": "price_of"}, "reads": ["products"], "deterministic": True}]}))
    tapri = world.tapri("--rules", str(folder))
    link = session(tapri)
    texts = {name: f"select max(id) from {name} where id < 100" for name in ("products", "stations", "visits")}
    texts["price"] = "select price_of(id) from orders where id = 7"

    def after(write):
        for text in texts.values():
            kept(tapri, link, text)
        value(link, write)
        return {name for name, text in texts.items() if outcome(tapri, link, text) != HIT}

    report.check("a write changes more than it says",
                 after("update orders set product = product where id = 7") == {"stations", "price"})
    report.check("and leaves what rests on other rows", after("update orders set product = 1 where id = 1") == {"stations"})
    report.check("a function changes what it is said to", after("select note_visit()") == {"visits"})
    report.check("a function rests on what it is said to read",
                 after("update products set price = 71 where id = 7") == {"products", "price"})
    report.check("and gives the new value", value(link, texts["price"]) == "71")
    value(link, "update products set price = 70 where id = 7; update orders set product = 1 where id = 1")
    value(link, "drop function note_visit; drop function price_of")
    link.close()
