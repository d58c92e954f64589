"""Statements about whole databases: they fail while anybody else is connected, and Tapri is nobody."""

from corner import ask, corner, expect, value
import pgwire as wire


def good(link, text):
    messages = ask(link, text)
    expect(wire.sqlstate(messages) is None, f"{text}: {wire.shown(messages)}")
    return without_description(messages)


def without_description(messages):
    """The description of rows holds the table's object id, which is another each time."""
    return [message for message in messages if message[0] != b"T"]


def visit(side, database, *texts):
    link = side.login(database=database)
    answers = [good(link, text) for text in texts]
    link.close()
    return answers


@corner("database: is dropped right after it was used")
def drop(side):
    link = side.login()
    answers = []
    for _ in range(3):
        good(link, "create database corner_new")
        answers += visit(side, "corner_new", "create table t (i int); insert into t values (1)", "select * from t",
                         "select * from t")
        answers.append(good(link, "drop database corner_new"))
    return answers


@corner("database: is a template, renamed and moved right after it was used")
def template(side):
    link = side.login()
    good(link, "create database corner_new")
    answers = visit(side, "corner_new", "create table t (i int); insert into t values (2)", "select * from t")
    answers.append(good(link, "create database corner_copy template corner_new"))
    answers += visit(side, "corner_copy", "select * from t", "select * from t")
    answers.append(good(link, "alter database corner_copy rename to corner_other"))
    answers += visit(side, "corner_other", "select * from t", "select * from t")
    answers.append(good(link, "alter database corner_other set tablespace pg_default"))
    for name in ("corner_new", "corner_other"):
        good(link, f"drop database {name}")
    return answers


@corner("database: is a template for its own session, and the default one for another's")
def own_template(side):
    link = side.login()
    good(link, "create database corner_new template postgres")
    other = side.login(database="corner_new")
    found = value(other, "select count(*) from accounts")
    good(other, "create database corner_copy template corner_new")
    again = value(other, "select count(*) from accounts")
    other.close()
    for name in ("corner_copy", "corner_new"):
        good(link, f"drop database {name}")
    return found, again


@corner("database: made anew under its name has its own rows", hits=True)
def made_anew(side):
    link = side.login()
    good(link, "create database corner_base")
    visit(side, "corner_base", "create table t (i int); insert into t values (1)")
    answers = []
    for row in (2, 3, 4):
        good(link, "create database corner_new template corner_base")
        own = side.login(database="corner_new")
        answers.append(good(own, f"insert into t values ({row})"))
        # What is cached of one must not be found in the next.
        answers.append(without_description(side.from_cache(own, "select * from t order by i")))
        own.close()
        answers.append(good(link, "drop database corner_new with (force)" if row == 3 else "drop database corner_new"))
    good(link, "drop database corner_base")
    return answers
