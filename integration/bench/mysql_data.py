"""The database as data.py has it, and sysbench's tables, for MySQL and MariaDB."""

import data
import sysbench

# Nothing is logged, and there is room for everything in memory.
SETTINGS = ("--general-log=0", "--thread-cache-size=256", "--innodb-buffer-pool-size=1G", "--key-buffer-size=1M")

_ROW = "(id int primary key, version bigint not null default 0, name varchar(60) not null, price decimal(10, 2) not null)"
DIGITS = "create table digits (d int primary key); insert into digits values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);"
TABLES = f"""
create table items {_ROW};
insert into items select n, 0, concat('Tea glass number ', n, ', cut'), n * 0.25 from {{hot}};
create table listing (page int, id int, name varchar(60) not null, primary key (page, id));
insert into listing select 1 + (n - 1) div {data.ROWS_OF_PAGE}, n - 1, concat('Row ', n - 1, ' of a list') from {{listing}};
create table export (shelf int, id int, name varchar(60) not null, primary key (shelf, id));
insert into export select 1 + (n - 1) div {data.ROWS_OF_SHELF}, n - 1, concat('Row ', n - 1, ' of an export') from {{export}};
create table sales (region int not null, amount decimal(10, 2) not null, sold int not null);
insert into sales select 1 + n % {data.REGIONS}, n % 977, n % 365 from {{sales}};
create table archive {_ROW};
insert into archive select n, 0, concat('Kept since day ', n, ', whole'), n % 1000 * 0.25 from {{archive}};
analyze table items, listing, export, sales, archive;
"""
WRITTEN = f"create table {{0}} {_ROW}; insert into {{0}} select * from items;"


def _numbers(count):
    """What gives n = 1 to count, in order, to a FROM clause: of all combinations of digits."""
    places = range(len(str(count - 1)))
    value = " + ".join(f"{10**place} * t{place}.d" for place in places)
    tables = ", ".join(f"digits t{place}" for place in places)
    first = f"t{places[-1]}.d <= {(count - 1) // 10**places[-1]}"
    return f"(select 1 + {value} as n from {tables} where {first} and {value} < {count} order by n) numbers"


def load(server, archive, writers, with_sysbench):
    """Creates and fills the database on a server that has been started. writers: peers with tables of their own."""
    server.sql(f"create database {data.DATABASE}")
    server.sql(DIGITS, data.DATABASE)
    counts = {"hot": data.HOT, "listing": data.PAGES * data.ROWS_OF_PAGE, "export": data.SHELVES * data.ROWS_OF_SHELF,
              "sales": data.SALES, "archive": archive}
    server.sql(TABLES.format(**{name: _numbers(count) for name, count in counts.items()}), data.DATABASE)
    server.sql("".join(WRITTEN.format(data.own_table(writer)) for writer in writers), data.DATABASE)
    if with_sysbench:
        sysbench.fill(server, writers)
