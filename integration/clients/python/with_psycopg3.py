"""psycopg 3: server-side binding, prepared statements, binary results, pipeline mode, COPY, asyncio."""

import asyncio

import psycopg
from psycopg import rows as row_kinds

import dbapi
from emit import DATABASE, HOST, PASSWORD, PORT, emit, plain


def connect(user, password, **more):
    return psycopg.connect(host=HOST, port=PORT, user=user, password=password, dbname=DATABASE, **more)


def formats(connection):
    for binary in (False, True):
        for prepare in (None, True, False):
            for number in (1, 2, 1):
                found = connection.execute("select id, name, price, made, tags, data from products where id = %s", (number,),
                                           binary=binary, prepare=prepare)
                emit(f"binary {binary} prepare {prepare} {number}",
                     [plain(found), [(column.name, column.type_code) for column in found.description]])
    connection.commit()
    with connection.cursor(binary=True) as cursor:
        cursor.execute("select i2, i4, i8, f4, f8, n, t, b, d, ts, bo, u, jb, a from kinds where i4 > 0 or i4 is null order by i4")
        emit("binary types", plain(cursor))
    connection.commit()


def pipeline(connection):
    for time in (1, 2):
        with connection.pipeline():
            cursors = [connection.execute("select id, owner from accounts where id = %s", (n,)) for n in range(1, 6)]
            connection.execute("update accounts set balance = balance + 1 where id = 3")
            after = connection.execute("select balance from accounts where id = 3")
        emit(f"pipeline {time}", [plain(cursor) for cursor in cursors])
        emit(f"pipeline {time}, after its write", plain(after))
        connection.rollback()
    emit("after the pipeline", plain(connection.execute("select balance from accounts where id = 3")))
    try:
        with connection.pipeline():
            connection.execute("insert into written values (1, 'x')")
            connection.execute("select 1/0")
            connection.execute("select 1")
    except psycopg.Error as error:
        emit("error in a pipeline", error.sqlstate)
    connection.rollback()
    emit("after the error", plain(connection.execute("select count(*) from written")))
    connection.commit()


def copies(connection):
    with connection.cursor() as cursor:
        with cursor.copy("copy written (id, v) from stdin") as copy:
            for number in range(100):
                copy.write_row((number, f"row {number}"))
        emit("copy in", plain(connection.execute("select count(*), max(v) from written")))
        with cursor.copy("copy accounts to stdout (format binary)") as copy:
            emit("copy out binary", b"".join(copy).hex())
    connection.rollback()
    emit("after copy rolled back", plain(connection.execute("select count(*) from written")))
    connection.commit()


def nested(connection):
    with connection.transaction():
        connection.execute("insert into written values (1, 'outer')")
        try:
            with connection.transaction():
                connection.execute("insert into written values (1, 'inner')")
        except psycopg.errors.UniqueViolation as error:
            emit("nested", [error.sqlstate, error.diag.constraint_name, error.diag.message_detail])
        emit("inside", plain(connection.execute("select v from written")))
        connection.execute("delete from written")
    emit("after", plain(connection.execute("select count(*) from written")))
    connection.commit()


def cursors(connection):
    with connection.cursor("named", row_factory=row_kinds.dict_row) as cursor:
        cursor.execute("select id, name from products order by id limit 30")
        emit("server cursor", [cursor.fetchmany(4), cursor.fetchmany(4), len(cursor.fetchall())])
    connection.commit()
    notices = []
    connection.add_notice_handler(lambda notice: notices.append([notice.severity, notice.message_primary]))
    connection.execute("select say('heard')")
    emit("notices", notices)
    emit("several statements", plain(connection.execute("select 1; select 2")))
    connection.commit()


async def asynchronous():
    link = await psycopg.AsyncConnection.connect(host=HOST, port=PORT, user="with_scram", password=PASSWORD, dbname=DATABASE,
                                                 autocommit=True)
    other = connect("postgres", PASSWORD, autocommit=True)
    await link.execute("listen python3")
    other.execute("notify python3, 'payload'")
    async for note in link.notifies():
        emit("notification", [note.channel, note.payload, note.pid == other.info.backend_pid])
        break
    task = asyncio.create_task(link.execute("select pg_sleep(30)"))
    watch = "select count(*) from pg_stat_activity where pid = %s and query like 'select pg_sleep%%' and state = 'active'"
    while other.execute(watch, (link.info.backend_pid,)).fetchone()[0] == 0:
        await asyncio.sleep(0.01)
    link.cancel()
    try:
        await task
    except psycopg.errors.QueryCanceled as error:
        emit("cancel", error.sqlstate)
    emit("after cancel", plain(await (await link.execute("select id from accounts where id = 1")).fetchall()))
    await link.close()
    other.close()


dbapi.run(connect, psycopg.Error)
with connect("with_scram", PASSWORD) as one:
    for part in (formats, pipeline, copies, nested, cursors):
        part(one)
asyncio.run(asynchronous())
