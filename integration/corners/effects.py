"""Corner cases of what statements do that their text does not show."""

from corner import ask, corner, expect, value


def rows_only(answers):
    """Without the descriptions: they hold the object ids of what each run makes anew."""
    return [[one for one in messages if one[0] != b"T"] for messages in answers]


@corner("10 a view that writes when it is read")
def writing_view(side):
    link, other = side.login(), side.login()
    ask(link, "delete from written")
    ask(link, "create or replace function log_it() returns bigint language sql as "
              "$$ insert into written (id) select coalesce(max(id), 0) + 1 from written returning id::bigint $$; "
              "create or replace view logged as select id, log_it() as entry from products where id = 1")
    read = "select count(*) from written"
    found = []
    for text in ("set statement_timeout = 0; select entry from logged", "select entry from logged",
                 "begin; select entry from logged; commit",
                 "create table if not exists pending (id int); select entry from logged"):
        found += [ask(other, read), ask(other, read), ask(link, text), ask(other, read), ask(other, read)]
    ask(link, "drop view logged; drop function log_it(); drop table pending")
    return rows_only(found)


@corner("10 a default argument that moves")
def moving_default(side):
    link = side.login()
    ask(link, "create or replace function stamped(x int, at text default clock_timestamp()::text) returns text "
              "immutable language sql as 'select $2'")
    read = "select stamped(1) from products where id = 1"
    expect(value(link, read) != value(link, read), "the same moment twice")
    ask(link, "drop function stamped(int, text)")


@corner("10 a role changed in another database")
def role_elsewhere(side):
    owner, elsewhere, reader = side.login(), side.login(database="elsewhere"), side.login("plain_user")
    ask(owner, "do $$ begin create role corner_readers; exception when duplicate_object then end $$")
    ask(owner, "drop table if exists confided; create table confided (id int); insert into confided values (1); "
               "grant select on confided to corner_readers; grant corner_readers to plain_user")
    read = "select id from confided"
    found = [ask(reader, read), ask(reader, read), ask(elsewhere, "revoke corner_readers from plain_user"),
             ask(reader, read), ask(elsewhere, "grant corner_readers to plain_user"), ask(reader, read), ask(reader, read)]
    ask(owner, "drop table confided")
    return rows_only(found)
