"""mysqlclient, on MariaDB's library in C."""

import MySQLdb
import MySQLdb.cursors

import dbapi
from emit import DATABASE, HOST, PASSWORD, PORT, USER, emit


def connect(user=USER, password=PASSWORD, **more):
    return MySQLdb.connect(host=HOST, port=PORT, user=user, password=password, database=DATABASE, charset="utf8mb4", **more)


dbapi.logins(connect, MySQLdb.Error, ((USER, PASSWORD), ("trusted", "")))
link = connect()
dbapi.run(link, MySQLdb.Error)
dbapi.large(link.cursor(MySQLdb.cursors.SSCursor))
link.ping()
emit("information", [link.get_server_info(), link.character_set_name(), link.warning_count(), link.insert_id(), link.info()])
link.change_user("trusted", "", DATABASE)
emit("another user", dbapi.results(link, "select substring_index(user(), '@', 1)", ()))
cursor = link.cursor()
cursor.executemany("insert into kept (fruit, said) values (%s, %s)", [(2, f"row {n}") for n in range(500)])
link.commit()
emit("many", [cursor.rowcount, dbapi.results(link, "select count(*), max(said) from kept", ())])
emit("deleted", dbapi.results(link, "delete from kept", ()))
link.commit()
emit("counted anew", dbapi.results(link, "alter table kept auto_increment = 1", ()))
link.close()
