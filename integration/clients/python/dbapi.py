"""The steps that every DB-API driver makes."""

from emit import FAILING, LOGINS, PASSWORD, READS, SETTINGS, emit, plain


def state(error):
    """The SQLSTATE, wherever the driver keeps it."""
    for name in ("sqlstate", "pgcode"):
        if getattr(error, name, None):
            return getattr(error, name)
    first = error.args[0] if error.args else None
    if isinstance(first, dict):
        return first.get("C")
    return [str(argument) for argument in error.args]


def rows(connection, text, values=None):
    """Executes; the rows, or None where there are none."""
    cursor = connection.cursor()
    if values is None:
        cursor.execute(text)
    else:
        cursor.execute(text, values)
    found = plain(cursor.fetchall()) if cursor.description else None
    about = [(column[0], column[1]) for column in cursor.description or ()]
    count = cursor.rowcount
    cursor.close()
    return {"rows": found, "columns": about, "count": count}


def run(connect, error_class, users=LOGINS):
    """connect(user, password) -> a connection that is not in autocommit. The last user runs it all."""
    logins(connect, error_class, users)
    connection = connect(users[-1], PASSWORD)
    reading(connection)
    settings(connection)
    transactions(connection)
    errors(connection, error_class)
    large(connection)
    connection.close()


def logins(connect, error_class, users):
    for user in users:
        connection = connect(user, PASSWORD)
        emit(f"login {user}", rows(connection, "select current_user::text"))
        connection.close()
    for user in users[1:]:
        try:
            connect(user, "wrong")
            emit(f"wrong password {user}", "let in")
        except error_class as error:
            text = str(error).replace("\n", " ")
            emit(f"wrong password {user}", "password authentication failed" in text or text)


def reading(connection):
    emit("types", rows(connection, "select * from kinds where i4 > 0 or i4 is null order by i4"))
    for time in range(7):  # drivers prepare what they see often
        for number in (1, 2, 3):
            emit(f"by key {number}, time {time}",
                 rows(connection, "select id, name, price, tags, data, made from products where id = %s", (number,)))
    emit("several parameters", rows(connection, "select id from products where name = %s and price < %s and stock = %s",
                                    ("product 8", 100, 1)))
    emit("null parameter", rows(connection, "select coalesce(%s::text, 'nothing')", (None,)))
    emit("aggregate", rows(connection, "select count(*), avg(price), max(made) from products"))
    connection.commit()


def settings(connection):
    for setting in SETTINGS:
        rows(connection, setting)
        for read in READS:
            emit(f"after {setting}: {read}", rows(connection, read))
        connection.commit()


def transactions(connection):
    read = "select count(*), min(v) from written"
    rows(connection, "delete from written")
    connection.commit()
    emit("before", rows(connection, read))
    emit("insert", rows(connection, "insert into written values (%s, %s) returning id, v", (1, "one")))
    emit("inside", rows(connection, read))
    connection.rollback()
    emit("after rollback", rows(connection, read))
    rows(connection, "insert into written values (2, 'two')")
    connection.commit()
    emit("after commit", rows(connection, read))
    rows(connection, "savepoint s")
    rows(connection, "update written set v = 'changed'")
    emit("after savepoint", rows(connection, read))
    rows(connection, "rollback to savepoint s")
    emit("after rollback to savepoint", rows(connection, read))
    rows(connection, "release savepoint s")
    connection.commit()
    cursor = connection.cursor()
    cursor.executemany("insert into written values (%s, %s)", [(n, f"many {n}") for n in range(10, 20)])
    cursor.close()
    connection.commit()
    emit("after executemany", rows(connection, read))
    rows(connection, "delete from written")
    connection.commit()
    emit("after delete", rows(connection, read))
    connection.commit()


def errors(connection, error_class):
    for name, text in FAILING.items():
        try:
            emit(f"error {name}", rows(connection, text))
        except error_class as error:
            emit(f"error {name}", [type(error).__name__, state(error)])
        try:
            emit(f"after error {name}", rows(connection, "select id from accounts where id = 1"))
        except error_class as error:
            emit(f"after error {name}", [type(error).__name__, state(error)])
        connection.rollback()
        emit(f"after rollback {name}", rows(connection, "select id from accounts where id = 1"))
        connection.rollback()


def large(connection):
    cursor = connection.cursor()
    cursor.execute("select n, md5(n::text) from generate_series(1, 100000) n")
    total = count = 0
    while True:
        part = cursor.fetchmany(1000)
        if not part:
            break
        count += len(part)
        total += sum(row[0] for row in part)
    emit("large", [count, total])
    cursor.close()
    connection.commit()
