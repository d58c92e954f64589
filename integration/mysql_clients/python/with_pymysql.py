"""PyMySQL."""

import pymysql
import pymysql.cursors

import dbapi
from emit import DATABASE, HOST, PASSWORD, PORT, USER, emit


def connect(user=USER, password=PASSWORD, **more):
    return pymysql.connect(host=HOST, port=PORT, user=user, password=password, database=DATABASE, charset="utf8mb4", **more)


dbapi.logins(connect, pymysql.Error, ((USER, PASSWORD), ("trusted", "")))
link = connect()
dbapi.run(link, pymysql.Error)
dbapi.large(link.cursor(pymysql.cursors.SSCursor))
link.ping()
with link.cursor() as cursor:
    emit("many", cursor.executemany("insert into kept (fruit, said) values (%s, %s)", [(1, f"row {n}") for n in range(500)]))
    emit("called", cursor.callproc("several", (1,)))
    emit("its rows", cursor.fetchall())
link.select_db(DATABASE)
several = connect(client_flag=pymysql.constants.CLIENT.MULTI_STATEMENTS | pymysql.constants.CLIENT.FOUND_ROWS)
emit("several statements", dbapi.results(several, "select 1 as a; update kept set said = said; select count(*) from kept", ()))
emit("deleted", dbapi.results(several, "delete from kept; alter table kept auto_increment = 1", ()))
several.close()
link.close()
