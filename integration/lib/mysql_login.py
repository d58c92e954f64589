"""How a MySQL client shows a password, plugin by plugin.

Sources: the chapters on authentication of MySQL's internals manual; "Authentication Plugin - ed25519" of MariaDB's
documentation, whose signature is RFC 8032's with a private key that is the hash of the password; "Authentication Plugin -
PARSEC" there.
"""

import hashlib
import os

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NATIVE, SHA2, SHA256 = "mysql_native_password", "caching_sha2_password", "sha256_password"
ED25519, CLEAR, PARSEC = "client_ed25519", "mysql_clear_password", "parsec"

# caching_sha2_password's words after the scramble.
ASK_FOR_KEY, FAST_DONE, FULL_NEEDED = b"\x02", b"\x03", b"\x04"


def _xor(left, right):
    return bytes(one ^ right[at % len(right)] for at, one in enumerate(left))


def native(password, nonce):
    """SHA1(password) xor SHA1(nonce + SHA1(SHA1(password)))."""
    once = hashlib.sha1(password).digest()
    return _xor(once, hashlib.sha1(nonce + hashlib.sha1(once).digest()).digest())


def sha2(password, nonce):
    """SHA256(password) xor SHA256(SHA256(SHA256(password)) + nonce)."""
    once = hashlib.sha256(password).digest()
    return _xor(once, hashlib.sha256(hashlib.sha256(once).digest() + nonce).digest())


def encrypted(password, nonce, pem):
    """The password and a zero byte, for the server's RSA key alone."""
    key = serialization.load_pem_public_key(pem)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    return key.encrypt(_xor(password + b"\0", nonce), oaep)


_P = 2 ** 255 - 19
_ORDER = 2 ** 252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_BASE_Y = 4 * pow(5, -1, _P) % _P
_BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202


def _add(left, right):
    """In extended coordinates (X, Y, Z, T)."""
    a, b = (left[1] - left[0]) * (right[1] - right[0]) % _P, (left[1] + left[0]) * (right[1] + right[0]) % _P
    c, d = 2 * left[3] * right[3] * _D % _P, 2 * left[2] * right[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times_base(factor):
    """The point's encoding."""
    total, doubled = (0, 1, 1, 0), (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)
    while factor:
        if factor & 1:
            total = _add(total, doubled)
        doubled, factor = _add(doubled, doubled), factor >> 1
    inverse = pow(total[2], -1, _P)
    x, y = total[0] * inverse % _P, total[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _digest(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def ed25519(password, nonce):
    """The nonce's signature (RFC 8032, 5.1.6)."""
    secret = hashlib.sha512(password).digest()
    scalar = int.from_bytes(secret[:32], "little") & ~7 & ~(1 << 255) | 1 << 254
    blind = _digest(secret[32:], nonce) % _ORDER
    point = _times_base(blind)
    answer = (blind + _digest(point, _times_base(scalar), nonce) * scalar) % _ORDER
    return point + answer.to_bytes(32, "little")


def parsec(password, nonce, told):
    """The signature of both sides' nonces by a key that is derived from the password as the server told: "P", how many
    iterations, salt."""
    if told[:1] != b"P":
        raise RuntimeError(f"parsec: unexpected {told!r}")
    seed = hashlib.pbkdf2_hmac("sha512", password, told[2:], 1024 << told[1], 32)
    own = os.urandom(32)
    return own + Ed25519PrivateKey.from_private_bytes(seed).sign(nonce + own)


def first_answer(plugin, password, nonce, encrypted):
    """What a plugin says first; encrypted: by TLS."""
    if plugin == CLEAR:
        return password + b"\0"
    if plugin == PARSEC:  # asks what the key is derived by
        return b""
    if not password:
        return b"" if plugin != SHA256 else b"\0"
    if plugin == SHA256:  # asks for the key with another byte than its successor
        return password + b"\0" if encrypted else b"\x01"
    return {NATIVE: native, SHA2: sha2, ED25519: ed25519}[plugin](password, nonce)


class Conversation:
    """One login's, or one COM_CHANGE_USER's, after the first answer: what to send for what the server says.

    encrypted: by TLS, which alone is safe for sha256_password; private: nobody listens (TLS, or the server's own socket),
    which caching_sha2_password goes by."""

    def __init__(self, plugin, password, nonce, private, encrypted):
        self.plugin, self.password, self.nonce = plugin, password, nonce
        self.private, self.encrypted = private, encrypted
        self.steps = []  # what happened: "switch", "fast", "full", "key"

    def first(self):
        return first_answer(self.plugin, self.password, self.nonce, self.encrypted)

    def switch(self, plugin, nonce):
        self.steps.append("switch")
        self.plugin, self.nonce = plugin, nonce
        return self.first()

    def more(self, data):
        """The answer to AuthMoreData, or None: the server goes on."""
        if self.plugin == PARSEC:
            self.steps.append("salt")
            return parsec(self.password, self.nonce, data)
        if self.plugin == SHA2 and data == FAST_DONE:
            self.steps.append("fast")
            return None
        if self.plugin == SHA2 and data == FULL_NEEDED:
            self.steps.append("full")
            return self.password + b"\0" if self.private else ASK_FOR_KEY
        if self.plugin in (SHA2, SHA256) and data.startswith(b"-----BEGIN"):
            self.steps.append("key")
            return encrypted(self.password, self.nonce, data)
        raise RuntimeError(f"{self.plugin}: unexpected {data[:40]!r}")
