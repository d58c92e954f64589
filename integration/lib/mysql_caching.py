"""As caching.py, for sessions of MySQL's protocol."""

import mysqlwire as wire
import servers


def session_with_hits(tapri, text, seconds=60, **login):
    """A session, once this read in it is answered from the cache. While it is open Tapri watches the schema."""
    link = wire.session(tapri, **login)

    def found():
        before = tapri.hits()
        answer = link.query(text)
        if answer.error:
            raise RuntimeError(f"{text}: {answer.error}")
        return tapri.hits() > before

    servers.wait_for(found, f"an answer from the cache to {text}", seconds)
    return link
