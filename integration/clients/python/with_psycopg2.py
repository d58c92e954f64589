"""psycopg2."""

import io
import select
import threading
import time

import psycopg2
import psycopg2.errors
import psycopg2.extras

import dbapi
from emit import DATABASE, HOST, PASSWORD, PORT, emit, plain


def connect(user, password):
    return psycopg2.connect(host=HOST, port=PORT, user=user, password=password, dbname=DATABASE)


def copies(connection):
    cursor = connection.cursor()
    cursor.copy_expert("copy written (id, v) from stdin with csv", io.StringIO("1,one\n2,two\n"))
    emit("copy in", [cursor.rowcount, dbapi.rows(connection, "select * from written order by id")])
    out = io.StringIO()
    cursor.copy_expert("copy (select id, owner from accounts order by id) to stdout", out)
    emit("copy out", out.getvalue())
    connection.rollback()
    emit("after copy rolled back", dbapi.rows(connection, "select count(*) from written"))
    connection.commit()


def cursors(connection):
    with connection.cursor("on the server") as cursor:
        cursor.itersize = 7
        cursor.execute("select id, name from products order by id limit 50")
        emit("server cursor", plain(list(cursor)))
    connection.commit()
    with connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
        cursor.execute("select id, owner from accounts where id < 3 order by id")
        emit("dictionary", [dict(row) for row in cursor])
    connection.commit()


def asynchronous(connection):
    connection.set_session(autocommit=True)
    del connection.notices[:]
    dbapi.rows(connection, "select say('heard')")
    emit("notices", connection.notices)
    dbapi.rows(connection, "listen python")
    other = connect("postgres", PASSWORD)
    other.set_session(autocommit=True)
    dbapi.rows(other, "notify python, 'payload'")
    select.select([connection], [], [], 20)
    connection.poll()
    emit("notification", [[note.channel, note.payload, note.pid == other.info.backend_pid]
                          for note in connection.notifies])
    watch = ("select count(*) from pg_stat_activity where pid = %s and query like 'select pg_sleep%%' and state = 'active'")

    def cancel():
        while dbapi.rows(other, watch, (connection.info.backend_pid,))["rows"] == [["int 0"]]:
            time.sleep(0.01)
        connection.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    try:
        dbapi.rows(connection, "select pg_sleep(30)")
        emit("cancel", "not cancelled")
    except psycopg2.errors.QueryCanceled as error:  # pylint: disable=no-member
        emit("cancel", error.pgcode)
    thread.join()
    emit("after cancel", dbapi.rows(connection, "select id from accounts where id = 1"))
    emit("several statements", dbapi.rows(connection, "select 1; select id from accounts where id = 2"))
    other.close()


dbapi.run(connect, psycopg2.Error)
link = connect("with_scram", PASSWORD)
copies(link)
cursors(link)
asynchronous(link)
link.close()
