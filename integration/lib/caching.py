"""Waits until Tapri answers from its cache: until it has read a database's schema it does not."""

import pgwire as wire
import servers


def session_with_hits(tapri, text, seconds=60, **login):
    """A session, once this read in it is answered from the cache. While it is open Tapri watches the schema."""
    link = wire.Connection(tapri.host, tapri.port)
    messages = link.login(**login)
    if messages[-1][0] != b"Z":
        raise RuntimeError(f"login failed: {wire.shown(messages)}")

    def found():
        before = tapri.hits()
        messages = link.run(wire.query(text))
        if wire.sqlstate(messages):
            raise RuntimeError(wire.shown(messages))
        return tapri.hits() > before

    servers.wait_for(found, f"an answer from the cache to {text}", seconds)
    return link
