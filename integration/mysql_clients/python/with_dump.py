"""A dump, its loading, and a dump of what was loaded."""

import re

from emit import DATABASE, emit
from programs import program, run

CLIENT, DUMP = program("mariadb", "mysql"), program("mariadb-dump", "mysqldump")
TABLES = "fruit, kept, kinds"


def comparable(found):
    """Without what says when, and the host."""
    code, out, errors = found
    out = re.sub(r"(?m)^-- (Dump completed|Host:).*\n", "", out)
    # Times, and statistics that servers make when they get round to it.
    moving = r'((Create|Update|Check)_time|Rows|Avg_row_length|(Data|Index)_length|Data_free)="[^"]*"'
    return [code, re.sub(moving, "", out), errors]


def dump(*more):
    return comparable(run(DUMP, "--routines", "--triggers", "--no-tablespaces", "--hex-blob", *more))


def sums(database):
    return run(CLIENT, "--batch", "--skip-column-names", database, given=f"checksum table {TABLES}")[1].replace(database, "")


emit("filled", run(CLIENT, DATABASE, given="insert into kept (fruit, said, body) select f.id, k.v, repeat(x'00ff27220a5c', 5000) "
                                            "from fruit f join kinds k; select count(*) from kept"))
whole = dump("--single-transaction", DATABASE)
emit("dump", whole)
for name, more in (("tab-free", ["--skip-extended-insert", "--complete-insert"]), ("locking", ["--lock-tables"]), ("xml", ["--xml"]),
                   ("no data", ["--no-data"]), ("one row at a time", ["--quick", "--skip-opt", "--where=id < 3"])):
    emit(f"dump: {name}", dump(*more, DATABASE))
emit("created", run(CLIENT, given="create database restored"))
emit("loaded", run(CLIENT, "restored", given=whole[1]))
emit("checksums", [sums(DATABASE), sums("restored") == sums(DATABASE)])
again = dump("--single-transaction", "restored")
emit("dumped again", again[1].replace("restored", DATABASE) == whole[1].replace("restored", DATABASE) or again)
emit("dropped", run(CLIENT, given="drop database restored"))
emit("emptied", run(CLIENT, DATABASE, given="delete from kept; alter table kept auto_increment = 1"))
