"""The database that every peer serves, and the statements of the workloads."""

import dataclasses

DATABASE = "bench"
HOT, PAGES, SHELVES, REGIONS = 1000, 100, 10, 20
ROWS_OF_PAGE, ROWS_OF_SHELF, SALES = 100, 10_000, 200_000
ARCHIVE = 2_000_000        # rows of the table that is too large to be cached; --quick makes fewer
# Those before PostgreSQL. Each has a table of its own, which is written through it alone.
WRITERS = ("direct", "pgbouncer", "pgpool", "tapri", "before")

# Everything in memory, and nothing that works in the background at some time or other.
SETTINGS = """
shared_buffers = 768MB
wal_level = minimal
max_wal_senders = 0
max_worker_processes = 2
max_parallel_workers_per_gather = 0
checkpoint_timeout = 1h
bgwriter_lru_maxpages = 0
"""

_ROW = "(id int primary key, version bigint not null default 0, name text not null, price numeric(10, 2) not null)"
TABLES = """
create extension pg_prewarm;
create table items {_ROW};
insert into items select n, 0, 'Tea glass number ' || n || ', cut', n * 0.25 from generate_series(1, {HOT}) n;
create table listing (page int, id int, name text not null, primary key (page, id));
insert into listing select 1 + n / {ROWS_OF_PAGE}, n, 'Row ' || n || ' of a list'
  from generate_series(0, {PAGES} * {ROWS_OF_PAGE} - 1) n;
create table export (shelf int, id int, name text not null, primary key (shelf, id));
insert into export select 1 + n / {ROWS_OF_SHELF}, n, 'Row ' || n || ' of an export'
  from generate_series(0, {SHELVES} * {ROWS_OF_SHELF} - 1) n;
create table sales (region int not null, amount numeric(10, 2) not null, sold int not null);
insert into sales select 1 + n % {REGIONS}, n % 977, n % 365 from generate_series(1, {SALES}) n;
create table archive {_ROW} with (fillfactor = 80);
insert into archive select n, 0, 'Kept since day ' || n || ', whole', n % 1000 * 0.25
  from generate_series(1, {archive}) n;
"""
WRITTEN = """
create table {0} {1} with (fillfactor = 50);
insert into {0} select * from items;
"""
PREWARM = """
select pg_prewarm(oid) from pg_class where relkind in ('r', 'i') and relnamespace = 'public'::regnamespace;
checkpoint;
"""


@dataclasses.dataclass(frozen=True)
class Statement:
    """{own} in the text: the peer's own table. keys: how many there are; rows: in its answer."""
    text: str
    keys: int = 1
    rows: int = 0
    versioned: bool = False
    writes: bool = False
    simple: bool = False  # always sent as a plain query, as drivers send it


def _columns(table):
    return f"select id, version, name, price from {table} where id = $1"


STATEMENTS = {
    "point": Statement(_columns("items"), HOT, 1),
    "aggregate": Statement("select region, count(*), sum(amount), max(sold) from sales where region = $1 "
                           "group by region", REGIONS, 1),
    "rows100": Statement("select page, id, name from listing where page = $1 order by id", PAGES, ROWS_OF_PAGE),
    "rows10000": Statement("select shelf, id, name from export where shelf = $1 order by id", SHELVES, ROWS_OF_SHELF),
    "archive": Statement(_columns("archive"), ARCHIVE, 1),
    "archive_write": Statement("update archive set version = version + 1 where id = $1", ARCHIVE, writes=True),
    "stock": Statement(_columns("{own}"), HOT, 1, versioned=True),
    "stock_write": Statement("update {own} set version = version + 1 where id = $1", HOT, writes=True),
    "begin": Statement("begin", simple=True),
    "commit": Statement("commit", simple=True),
}


def own_table(peer):
    return "stock_" + peer.replace("-", "_")


def load(server, archive):
    """Creates and fills the database on a server that has been started."""
    server.sql(f"create database {DATABASE}")
    server.sql(TABLES.format(archive=archive, **globals()), DATABASE)
    server.sql("".join(WRITTEN.format(own_table(writer), _ROW) for writer in WRITERS), DATABASE)
    server.sql("vacuum (freeze, analyze)", DATABASE)
    server.sql(PREWARM, DATABASE)
