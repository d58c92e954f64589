"""Waits until Tapri answers from its cache: until it has read a database's schema it does not."""

import mysqlwire
import pgwire
import servers


def _until_hit(tapri, ask, text, seconds):
    """ask(text): the error that it ended in, or None."""
    def found():
        before = tapri.hits()
        if error := ask(text):
            raise RuntimeError(f"{text}: {error}")
        return tapri.hits() > before

    servers.wait_for(found, f"an answer from the cache to {text}", seconds)


def session_with_hits(tapri, text, seconds=60, **login):
    """A session, once this read in it is answered from the cache. While it is open Tapri watches the schema."""
    link = pgwire.Connection(tapri.host, tapri.port)
    messages = link.login(**login)
    if messages[-1][0] != b"Z":
        raise RuntimeError(f"login failed: {pgwire.shown(messages)}")

    def ask(read):
        messages = link.run(pgwire.query(read))
        return pgwire.sqlstate(messages) and pgwire.shown(messages)

    _until_hit(tapri, ask, text, seconds)
    return link


def mysql_session_with_hits(tapri, text, seconds=60, **login):
    """Likewise in front of MySQL or MariaDB."""
    link = mysqlwire.session(tapri, **login)
    mysql_until_hit(tapri, link, text, seconds)
    return link


def mysql_until_hit(tapri, link, text, seconds=60):
    """In a session that is there: after what made Tapri read the schema again."""
    _until_hit(tapri, lambda read: link.query(read).error, text, seconds)
