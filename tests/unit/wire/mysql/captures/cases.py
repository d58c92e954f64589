"""What captures/capture asks servers, and what must be found in their answers."""

import dataclasses
import struct

PROGRESS, BULK, EXTENDED, CACHE = 1 << 32, 1 << 34, 1 << 35, 1 << 36
MYSQL, DEPRECATE_EOF, TRACK, OPTIONAL_METADATA, ATTRIBUTES = 1, 1 << 24, 1 << 23, 1 << 25, 1 << 27
# Long flag, database, local files, protocol 4.1, transactions, secure connection, multi-statements and -results,
# plug-ins.
BASE = 0x4 | 0x8 | 0x80 | 0x200 | 0x2000 | 0x8000 | 0x10000 | 0x20000 | 0x40000 | 0x80000
BOTH = (BASE | MYSQL, BASE | MYSQL | DEPRECATE_EOF)
MARIADB = (BASE | EXTENDED, BASE | EXTENDED | DEPRECATE_EOF)

COMMON = [
    "create database if not exists capture", "use capture", "drop table if exists t, big, files",
    "create table t (id int unsigned primary key auto_increment, name varchar(40), n decimal(10,2), at datetime(3))",
    "insert into t values (1, 'one', 1.5, '2026-01-02 03:04:05.678'), (2, null, null, null), "
    "(3, 'three', -3, '2026-01-02')",
    "create table files (a int, b varchar(20))",
    "drop procedure if exists two",
    "create procedure two(out x int) begin select 1 as a; select id, name from t order by id; set x = 5; end",
]
SETUP = {
    "mariadb": COMMON + ["drop table if exists j", "create table j (j json, u uuid, i inet6, p point)",
                         "insert into j values ('{}', '123e4567-e89b-12d3-a456-426655440000', '::1', point(1, 2))",
                         "create table big (a int, b varchar(200)) engine=aria",
                         "insert into big select seq, repeat('x', 200) from seq_1_to_300000"],
    "mysql": COMMON + ["drop table if exists v", "create table v (j json, v vector(2))",
                       "insert into v values ('{}', to_vector('[1,2]'))"],
}


@dataclasses.dataclass
class Case:
    name: str
    command: object            # payload, or a function of the statement's id
    expect: dict
    capabilities: tuple = BOTH
    before: tuple = ()         # payloads; one that prepares gives the statement's id
    file: bytes = None
    silence: float = 0.25      # seconds without a byte after which the answer is taken to be over


def query(text):
    return b"\x03" + text.encode()


def prepare(text):
    return b"\x16" + text.encode()


def execute(flags=0, parameters=b""):
    return lambda statement: b"\x17" + struct.pack("<IBI", statement, flags, 1) + parameters


def fetch(rows):
    return lambda statement: b"\x1c" + struct.pack("<II", statement, rows)


TYPES = ("select cast(1 as signed) a, cast(2 as unsigned) b, 1.5e0 c, cast(1.5 as decimal(5,2)) d, "
         "cast('2026-01-02' as date) e, cast('2026-01-02 03:04:05.5' as datetime(1)) f, cast('-10:11:12' as time) g, 'text' h, null i, x'00ff' j, "
         "cast('00:00:00' as time) k")


def texts():
    """Commands that carry text, or nothing."""
    yield Case("query_rows", query("select id, name, n from t order by id"), {"rows": 3, "columns": 3, "results": 1})
    yield Case("query_no_rows", query("select id from t where false"), {"rows": 0, "columns": 1, "results": 1})
    yield Case("query_insert", query("insert into t (name) values ('x'), ('y')"), {"affected": 2, "results": 1})
    yield Case("query_update", query("update t set name = 'z' where id > 3"), {"results": 1})
    yield Case("query_error", query("select * from nowhere"), {"error": 1146})
    yield Case("query_types", query(TYPES), {"rows": 1, "columns": 11})
    yield Case("query_warning", query("select 1 / 0"), {"rows": 1, "warnings": 1})
    yield Case("multi", query("select 1; delete from t where id > 3; select 2, 3 union select 4, 5; do 1"),
               {"results": 4, "rows": 2, "columns": 2})
    yield Case("multi_error", query("select 1; select * from nowhere; select 2"), {"results": 1, "error": 1146})
    yield Case("call", query("call two(@x)"), {"results": 3, "rows": 3, "columns": 2})
    yield Case("load", query("load data local infile 'anything' into table files fields terminated by ','"),
               {"affected": 2, "file": 1, "results": 1}, file=b"1,a\n2,b\n")
    yield Case("load_refused", query("load data local infile 'anything' into table nowhere"), {"error": 1146}, file=b"")
    for name, payload in (("ping", b"\x0e"), ("init_db", b"\x02capture"), ("reset_connection", b"\x1f"),
                          ("set_option", b"\x1b\0\0"), ("set_option_off", b"\x1b\x01\0")):
        yield Case(name, payload, {"results": 1})
    yield Case("init_db_unknown", b"\x02nowhere", {"error": 1049})
    yield Case("statistics", b"\x09", {"results": 0})
    yield Case("unknown_command", b"\x63", {"error": 1047})


def statements():
    """Prepared statements."""
    yield Case("prepare", prepare("select id, name from t where id = ? and name = ?"), {"parameters": 2, "columns": 2})
    yield Case("prepare_no_columns", prepare("insert into t (name) values (?)"), {"parameters": 1, "columns": 0})
    yield Case("prepare_no_parameters", prepare("select 1"), {"parameters": 0, "columns": 1})
    yield Case("prepare_nothing", prepare("do 1"), {"parameters": 0, "columns": 0})
    yield Case("prepare_error", prepare("select * from nowhere where a = ?"), {"error": 1146})
    two = prepare("select id, name, n, at from t where id >= ? order by id limit 3")
    one = struct.pack("<BBHI", 0, 1, 3, 1)
    yield Case("execute", execute(0, one), {"rows": 3, "columns": 4}, before=(two,))
    yield Case("execute_again", execute(0, struct.pack("<BBI", 0, 0, 2)), {"rows": 2, "columns": 4},
               before=(two, execute(0, one)))
    yield Case("execute_types", execute(), {"rows": 1, "columns": 11}, before=(prepare(TYPES),))
    yield Case("execute_insert", execute(), {"affected": 1}, before=(prepare("insert into t (name) values ('p')"),))
    yield Case("execute_error", execute(), {"error": 1242}, before=(prepare("select (select id from t)"),))
    yield Case("execute_call", execute(0, one), {"results": 4}, before=(prepare("call two(?)"),))
    yield Case("cursor_open", execute(1, one), {"cursor": 1, "columns": 4}, before=(two,))
    yield Case("cursor_fetch", fetch(2), {"rows": 2}, before=(two, execute(1, one)))
    yield Case("cursor_fetch_rest", fetch(9), {"rows": 1}, before=(two, execute(1, one), fetch(2)))
    yield Case("cursor_ignored", execute(1), {"affected": 1}, before=(prepare("insert into t (name) values ('q')"),))
    yield Case("fetch_unknown", lambda statement: b"\x1c" + struct.pack("<II", 999, 1), {"error": 1243})
    yield Case("reset_statement", lambda statement: b"\x1a" + struct.pack("<I", statement), {"results": 1}, before=(two,))


def tracked():
    flags = tuple(flags | TRACK for flags in BOTH)
    everything = query("set session_track_schema = 1, session_track_system_variables = '*', "
                       "session_track_state_change = 1, session_track_transaction_info = 'CHARACTERISTICS'")
    yield Case("track_variables", query("set autocommit = 0, time_zone = '+01:00'"), {"results": 1}, flags, (everything,))
    yield Case("track_schema", query("use capture"), {"results": 1}, flags, (everything,))
    yield Case("track_begin", query("start transaction with consistent snapshot"), {"results": 1}, flags, (everything,))
    yield Case("track_rows", query("select * from t where id = 1"), {"rows": 1}, flags,
               (everything, query("begin")))
    yield Case("track_multi", query("select 1; set names latin1; select 2"), {"results": 3}, flags, (everything,))


def mariadb():
    yield Case("field_list", b"\x04t\0", {"columns": 0})
    yield Case("extended", query("select * from j"), {"rows": 1, "columns": 4}, MARIADB)
    yield Case("extended_prepare", prepare("select * from j where u = ?"), {"columns": 4, "parameters": 1}, MARIADB)
    cached = tuple(flags | CACHE for flags in MARIADB)
    select = prepare("select id, name from t where id < 4")
    yield Case("cache_first", execute(), {"rows": 3, "columns": 2}, cached, (select,))
    yield Case("cache_again", execute(), {"rows": 3, "columns": 2}, cached, (select, execute()))
    yield Case("cache_query", query("select id from t where id < 3"), {"rows": 2, "columns": 1}, cached)
    yield Case("cache_cursor", execute(1), {"cursor": 1, "columns": 2}, cached, (select, execute(1)))
    bulk = struct.pack("<HH", 128, 254) + b"\0\x01a" + b"\0\x01b" + b"\x01"
    yield Case("bulk", lambda statement: b"\xfa" + struct.pack("<I", statement) + bulk, {"affected": 3},
               tuple(flags | BULK for flags in MARIADB), (prepare("insert into t (name) values (?)"),))
    yield Case("progress", query("alter table big force"), {"results": 1}, tuple(flags | PROGRESS for flags in MARIADB),
               (query("set progress_report_time = 1"),), silence=3)
    yield Case("returning", query("insert into t (name) values ('r') returning id"), {"rows": 1, "columns": 1})


def mysql():
    yield Case("json_and_vector", query("select * from v"), {"rows": 1, "columns": 2})
    flags = tuple(flags | OPTIONAL_METADATA for flags in BOTH)
    none = query("set resultset_metadata = 'NONE'")
    yield Case("metadata", query("select 1, 2"), {"rows": 1, "columns": 2}, flags)
    yield Case("no_metadata", query("select 1, 2"), {"rows": 1, "columns": 2}, flags, (none,))
    yield Case("no_metadata_prepare", prepare("select 1, ?"), {"parameters": 1, "columns": 2}, flags, (none,))
    yield Case("no_metadata_execute", execute(), {"rows": 1, "columns": 1}, flags, (none, prepare("select 1")))
    with_names = tuple(flags | ATTRIBUTES for flags in BOTH)
    block = b"\x01\x01\0\x01\xfe\0\x05trace\x03abc"
    yield Case("attributes", b"\x03" + block + b"select 7", {"rows": 1, "columns": 1}, with_names)
    yield Case("attributes_none", b"\x03\0\x01select 7", {"rows": 1, "columns": 1}, with_names)
    named = b"\x02\0\x01\x03\0\0\xfe\0\x05trace" + struct.pack("<I", 2) + b"\x03abc"
    select = prepare("select id from t where id = ?")
    noise = b"\x03\0\x01set @x = 1"
    yield Case("attributes_execute", execute(8, named), {"rows": 1}, with_names, (noise, select))
    counted = b"\x01\0\x01\x03\0\0" + struct.pack("<I", 2)
    yield Case("attributes_execute_counted", execute(8, counted), {"rows": 1}, with_names, (select,))
    plain = b"\0\x01\x03\0\0" + struct.pack("<I", 2)
    yield Case("attributes_execute_without_count", execute(0, plain), {"error": 1210}, with_names, (select,))
    yield Case("attributes_execute_without_flag", execute(0, counted), {"rows": 1}, with_names, (select,))
    yield Case("attributes_execute_again", execute(8, b"\x01\0\0" + struct.pack("<I", 3)), {"rows": 1}, with_names,
               (select, execute(8, counted)))


def cases(server):
    yield from texts()
    yield from statements()
    yield from tracked()
    yield from mariadb() if server == "mariadb" else mysql()
