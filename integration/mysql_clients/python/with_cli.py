"""The command line client: a script in several forms, errors, a file of its own, several results."""

import re
import tempfile

from emit import DATABASE, emit, steps
from programs import program, run

CLIENT = program("mariadb", "mysql")
WORDS = {"begin": "begin", "commit": "commit", "rollback": "rollback"}


def script():
    """The steps as text: parameters by PREPARE."""
    lines = []
    for way, text, values in steps():
        if way == "prepared":
            given = [f"set @v{n} = {literal(value)}" for n, value in enumerate(values)]
            lines += given + [f"prepare p from '{text}'", "execute p using " + ", ".join(f"@v{n}" for n in range(len(values))),
                              "deallocate prepare p"]
        else:
            lines.append(WORDS.get(way, text))
    return ";\n".join(lines) + ";\n"


def literal(value):
    if value is None:
        return "null"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'" if isinstance(value, str) else str(value)


def main():
    text = script()
    for name, form in (("table", ["--table"]), ("batch", ["--batch"]), ("vertical", ["--vertical"]), ("xml", ["--xml"]),
                       ("quick", ["--quick", "--batch", "--skip-column-names"]), ("types", ["--column-type-info", "--table"]),
                       ("unbuffered", ["-vv", "--unbuffered", "--show-warnings"])):
        found = run(CLIENT, "--force", *form, DATABASE, given=text)
        for stream, said in zip(("exit", "output", "errors"), found):
            emit(f"{name}: {stream}", without_times(str(said)))
    emit("stops at an error", run(CLIENT, DATABASE, given="select 1; selec 2; select 3;"))
    emit("wrong password", run(CLIENT, secret="wrong"))
    emit("no such database", run(CLIENT, "nowhere", given="select 1"))
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        file.writelines(f"{n}\t{n % 3 + 1}\tline {n} ü\n" for n in range(1, 20001))
        file.flush()
        load = f"load data local infile '{file.name}' into table kept (id, fruit, said); select row_count(), count(*), sum(crc32(said)) from kept"
        emit("a file of its own", run(CLIENT, "--local-infile=1", DATABASE, given=load))
        emit("read back", run(CLIENT, "--batch", "--quick", DATABASE, given="select id, fruit, said from kept order by id"))
    emit("deleted", run(CLIENT, DATABASE, given="delete from kept; alter table kept auto_increment = 1"))
    emit("delimiters", run(CLIENT, "--table", DATABASE, given="delimiter //\ncall several(1)//\nselect 1; select 2//\nuse nowhere//\n"))


def without_times(text):
    """-vv says how long each took."""
    return re.sub(r"\(?\d+\.\d+ sec\)?", "", text)


main()
