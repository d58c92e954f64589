"""The steps by a DB-API driver."""

from emit import emit, plain, steps


def results(connection, text, values):
    """All results of a statement, with what a driver tells of them."""
    cursor, found = connection.cursor(), []
    cursor.execute(text.replace("?", "%s") if values else text, values or None)
    while True:
        columns = [[str(part) for part in column] for column in cursor.description or ()]
        rows = plain(cursor.fetchall()) if cursor.description else None
        found.append([columns, rows, cursor.rowcount, cursor.lastrowid])
        if not cursor.nextset():
            break
    cursor.close()
    return found


def run(connection, error_class):
    connection.autocommit(True)
    for number, (way, text, values) in enumerate(steps()):
        name = f"{number} {way} {text}"
        try:
            if way in ("text", "prepared"):
                emit(name, results(connection, text, values))
            else:
                emit(name, getattr(connection, way)())
        except error_class as error:
            emit(name, [type(error).__name__, [str(one) for one in error.args]])


def logins(connect, error_class, users):
    """Each user with the right password, and with a wrong one."""
    for user, password in users:
        connection = connect(user, password)
        emit(f"login {user}", results(connection, "select substring_index(user(), '@', 1)", ()))
        connection.close()
        try:
            connect(user, "wrong")
            emit(f"wrong password {user}", "let in")
        except error_class as error:
            emit(f"wrong password {user}", [str(one) for one in error.args])


def large(cursor):
    """A result that is not read at once. cursor: one that streams."""
    cursor.execute("select a.id, b.id, c.id, repeat('x', 2000) from kinds a join kinds b join kinds c join kinds d join kinds e "
                   "join kinds f join kinds g order by 1, 2, 3")
    count = total = 0
    while True:
        part = cursor.fetchmany(100)
        if not part:
            break
        count += len(part)
        total += sum(row[0] for row in part)
    emit("streamed", [count, total])
    cursor.close()
