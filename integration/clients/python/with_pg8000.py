"""pg8000: a driver in pure Python that prepares every statement (Debian's is older than SCRAM: md5 and plain passwords)."""

import io

import pg8000

import dbapi
from emit import DATABASE, HOST, PASSWORD, PORT, READS, emit, plain

LOGINS = ("postgres", "plain_password", "with_md5")


def connect(user, password):
    return pg8000.connect(host=HOST, port=PORT, user=user, password=password, database=DATABASE)


def copies(link):
    cursor = link.cursor()
    cursor.execute("copy written (id, v) from stdin", stream=io.BytesIO(b"1\tone\n2\ttwo\n"))
    emit("copy in", dbapi.rows(link, "select id, v from written order by id"))
    out = io.BytesIO()
    cursor.execute("copy (select id, owner from accounts order by id) to stdout", stream=out)
    emit("copy out", out.getvalue().decode())
    link.rollback()
    emit("after copy rolled back", dbapi.rows(link, "select count(*) from written"))
    link.commit()


def autocommit(link):
    link.autocommit = True
    for _ in range(3):
        for read in READS:
            emit(f"autocommit {read}", dbapi.rows(link, read))
    dbapi.rows(link, "listen pure")
    dbapi.rows(link, "notify pure, 'payload'")
    dbapi.rows(link, "select 1")
    emit("notification", [note[1] for note in link.notifies])
    emit("a notice in passing", dbapi.rows(link, "select say('heard')"))


def cursors(link):
    cursor = link.cursor()
    for number in (1, 2, 1):
        cursor.execute("select id, owner, balance from accounts where id < %s order by id", (number + 3,))
        emit(f"fetchmany {number}", [plain(cursor.fetchmany(2)), plain(cursor.fetchall())])
    link.commit()


dbapi.run(connect, pg8000.Error, LOGINS)
connection = connect("with_md5", PASSWORD)
for part in (copies, cursors, autocommit):
    part(connection)
connection.close()
