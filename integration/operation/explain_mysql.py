"""MySQL's statements explained: by a running Tapri, by `tapri explain`, and in rules before they are in force."""

import json

import mysql_servers
import mysqlwire as wire
import servers
from command_line import refused, shown, tapri
from command_rules import parsed
from world import SECONDS, get, is_problem, request, scenario

SCHEMA = """
create table shop.products (id int primary key, name varchar(40) not null, price int);
insert into shop.products values (1, 'apple', 3), (7, 'pear', 4);
create table shop.reviews (id int primary key, product int, said text,
  foreign key (product) references shop.products (id) on delete cascade);
set global sql_mode = 'ANSI_QUOTES,STRICT_TRANS_TABLES';
"""
PRODUCT = "select name from products where id = 7"
PENDING = {"catalog_pending", "catalog_unavailable"}
CASES = """protocol: mysql
rules: rules.json
catalog: products, stock.products

sql: select `name` from products where name = "pear"
database: shop
expect: cache
rule: goods
tables: shop.products
ttl: 1m

sql: select uuid(), name from stock.products
expect: bypass
reason: volatile_function
"""
# What is asked, and of the answer: the reason, what it depends on, what it changes.
EXPECTED = (
    (PRODUCT, "none", ["all(server)", "inserted(shop.products.id)", "key(shop.products.id = 7)",
                       "unkeyed(shop.products.id)"], []),
    ('select count(*) from "reviews"', "none", ["all(server)", "any(shop.reviews)"], []),
    ("select md5(name) from shop.products", "none", ["all(server)", "any(shop.products)"], []),
    ("delete from products where id = 7", "not_a_read", [],
     ["any(shop.products)", "any(shop.reviews)", "key(shop.products.id = 7)", "key(shop.reviews.product = 7)"]),
    ("select rand(), name from products", "volatile_function", [], []),
    ("select price_of(1) from products", "unknown_function", [], ["all(server)"]),
    ("select 1 from nothing", "unknown_relation", [], []),
    ("select table_name from information_schema.tables", "system_relation", [], []),
    ("no such thing", "not_understood", [], ["all(server)", "roles"]))


def check_expected(report, way, explain):
    """explain(text): the only statement of the answer. A key that the schema has besides may stand among the changes."""
    for text, reason, dependencies, footprint in EXPECTED:
        found = explain(text)
        report.check(f"{way}: {text}", found["reason"] == reason and found["dependencies"] == dependencies and
                     set(footprint) <= set(found["footprint"]) and bool(found["footprint"]) == bool(footprint) and
                     bool(found["advice"]) == (reason != "none"), found)


def shapes_seen(one):
    """A session by way of Tapri has asked for a product."""
    link = wire.Connection(one.host, one.port, SECONDS)
    link.login("trusted", database="shop")
    for _ in range(2):
        link.query(PRODUCT)
    link.leave()
    return get(one, "/api/v1/shapes")


def check_rules(report, folder, shapes):
    (folder / "rules.json").write_text('{"version": 1, "rules": [{"name": "goods", "match": {"tables": ["shop.products"]}, '
                                       '"ttl": "1m"}]}')
    (folder / "empty.json").write_text('{"version": 1}')
    (folder / "some.case").write_text(CASES)
    (folder / "shapes.json").write_text(json.dumps(shapes))
    (folder / "some.sql").write_text('select `name` from products where name = "pear"; # all of them\n')
    done = tapri("rules", "test", str(folder / "some.case"))
    report.check("cases of MySQL come out", done.returncode == 0 and done.stdout.endswith("2 cases: 2 passed, 0 failed\n"),
                 shown(done))
    diff = ["rules", "diff", str(folder / "empty.json"), str(folder / "rules.json"), "--database", "shop"]
    done = tapri(*diff, "--shapes", str(folder / "shapes.json"))
    report.check("shapes say whose language they are in", done.returncode == 0 and
                 done.stdout.startswith("/* mode: ansi_quotes */ select name from products where id = ?"), shown(done))
    done = tapri(*diff, "--protocol", "mysql", "--statements", str(folder / "some.sql"))
    report.check("statements are read as they are said to be", done.returncode == 0 and
                 done.stdout.endswith("1 of 1 known statements change\n"), shown(done))


def explain_by_command(report, server):
    upstream = ["--upstream", server.url("shop")]
    check_expected(report, "tapri explain",
                   lambda text: parsed(report, text, tapri("explain", "--json", *upstream, text))["statements"][0])
    found = parsed(report, "explain", tapri("explain", "--json", *upstream, PRODUCT))
    report.check("it says what the text was read by", (found["protocol"], found["catalog"], found["search_path"]) ==
                 ("mysql", "database", ["shop"]) and "ANSI_QUOTES" in found["sql_mode"] and
                 "MariaDB" in found["server_version"], found)
    done = tapri("explain", *upstream, PRODUCT)
    report.check("as text", "current database shop" in done.stdout and "cached        yes" in done.stdout, shown(done))
    done = tapri("explain", "--upstream", "mysql://trusted:Not-the-word@127.0.0.1:1/shop", PRODUCT)
    refused(report, "nobody listens", done, 1, "cannot read the catalog of the server")
    found = parsed(report, "offline", tapri("explain", "--json", "--protocol", "mysql", "select `a` from t"))
    report.check("offline", found["catalog"] == "assumed" and found["statements"][0]["cacheable"], found)
    refused(report, "a protocol that there is not", tapri("explain", "--protocol", "oracle", PRODUCT), 2)


@scenario
def explain_mysql(world, report):
    server = mysql_servers.MariaDB().create()
    server.sql(SCHEMA)
    one = world.tapri(upstream=server.url("shop"))

    def explain(sql, **more):
        return request(one, "/api/v1/explain", "POST", {"sql": sql, **more}).document()

    servers.wait_for(lambda: explain(PRODUCT)["statements"][0]["reason"] not in PENDING, "the schema", SECONDS)
    check_expected(report, "/api/v1/explain", lambda text: explain(text)["statements"][0])
    shapes = shapes_seen(one)
    kept = [(shape["protocol"], shape["fingerprint"]) for shape in shapes["shapes"] if "products" in shape["text"]]
    report.check("the fingerprint is the one of /api/v1/shapes",
                 kept == [("mysql", explain(PRODUCT)["statements"][0]["fingerprint"])], kept)
    is_problem(report, "an upstream that there is not", request(one, "/api/v1/explain", "POST",
                                                                {"sql": PRODUCT, "protocol": "postgres"}),
               422, "no upstream speaks postgres")
    is_problem(report, "a protocol that there is not", request(one, "/api/v1/explain", "POST",
                                                               {"sql": PRODUCT, "protocol": "oracle"}), 400, "protocol")
    check_rules(report, servers.temporary_folder("rules"), shapes)
    explain_by_command(report, server)
    both = world.tapri("--upstream", server.url("shop"), "--listen", "127.0.0.1:0")
    servers.wait_for(lambda: request(both, "/api/v1/explain", "POST", {"sql": "select 1 from products", "database": "shop"})
                     .document()["statements"][0]["reason"] not in PENDING, "both schemas", SECONDS)
    for more, protocol in (({}, "postgres"), ({"database": "shop"}, "mysql"), ({"protocol": "mysql"}, "mysql")):
        found = request(both, "/api/v1/explain", "POST", {"sql": PRODUCT, **more}).document()
        report.check(f"of two upstreams, with {more}: {protocol}", found["protocol"] == protocol, found)
    server.stop()
