"""What replicas and their like ask for: the binary log, as one stream that never ends. Scenarios of run."""

import pathlib
import subprocess

import logins
import servers
from world import scenario

# MariaDB's wants TLS by itself since 11.4.
FOLLOW = {
    "mariadb": "change master to master_host='{0.host}', master_port={0.port}, master_user='trusted', master_ssl=0, "
               "master_ssl_verify_server_cert=0, master_use_gtid=slave_pos; start slave",
    "mysql": "change replication source to source_host='{0.host}', source_port={0.port}, source_user='trusted', "
             "source_ssl=0, get_source_public_key=1, source_log_file='log.000001', source_log_pos=4; start replica",
}
STATUS = {"mariadb": "show slave status", "mysql": "show replica status"}
LEAVE = {"mariadb": "stop slave", "mysql": "stop replica"}


def primary(world, report):
    """One that writes a binary log, and a Tapri before it."""
    server = type(world.server)("--log-bin=log", "--server-id=1", name=f"{world.kind}-primary").create()
    server.sql("create table shop.sent (id int primary key, word varchar(20)); insert into shop.sent values (1, 'one')")
    tapri = world.tapri(server.url())
    report.check(f"{world.label}: the server writes a binary log", server.sql("select @@log_bin") == "1")
    return server, tapri


@scenario
def a_replica_follows_through_tapri(world, report):
    server, tapri = primary(world, report)
    replica = type(world.server)("--server-id=2", "--skip-log-bin", name=f"{world.kind}-replica").create()
    # Both were made with the same users.
    replica.sql("drop user trusted@'%', with_password@'%', tls_only@'%', certified@'%', plain_user@'%'; drop database shop")
    for user in {user for user, _, _ in logins.users_of(world) if user.startswith("with_")}:
        replica.sql(f"drop user {user}@'%'")
    replica.sql("drop user root@'127.0.0.1'")
    replica.sql(FOLLOW[world.kind].format(tapri))

    def arrived(count):
        return lambda: replica.sql("select count(*) from information_schema.tables where table_name = 'sent'") == "1" and \
            replica.sql("select count(*) from shop.sent") == str(count)

    servers.wait_for(arrived(1), "what was written before", 60)
    server.sql("insert into shop.sent values (2, 'two'), (3, 'three')")
    servers.wait_for(arrived(3), "what is written while the replica follows", 60)
    words = replica.sql("select group_concat(word order by id) from shop.sent")
    report.check(f"{world.label}: a replica has what was written", words == "one,two,three", (words, replica.sql(STATUS[world.kind])))
    replica.sql(LEAVE[world.kind])
    replica.stop()
    server.stop()


@scenario
def the_binary_log_is_read_from_afar(world, report):
    server, tapri = primary(world, report)
    folder = pathlib.Path(server.client).parent
    program = folder / {"mariadb": "mariadb-binlog", "mysql": "mysqlbinlog"}[world.kind]
    found = []
    for place in (server, tapri):
        done = subprocess.run([str(program), "--no-defaults", "--read-from-remote-server", f"--host={place.host}",
                               f"--port={place.port}", "--user=trusted", "log.000001"],
                              capture_output=True, text=True, check=False, timeout=60)
        found.append((done.returncode, done.stdout, done.stderr))
    report.check(f"{world.label}: the binary log as text", found[0] == found[1] and "shop" in found[0][1],
                 [(code, len(out), errors) for code, out, errors in found])
    server.stop()
