"""The key of a secret vote: made once, split among trustees, and put together by enough of them.

Shamir's scheme: the key is the value at 0 of a random polynomial over a prime field, each share its value at the
trustee's number; as many shares as the polynomial has coefficients give the key, fewer say nothing at all of it.
"""

import hashlib
import secrets
from collections.abc import Sequence

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from casework.errors import Refused

_PRIME = 2**256 + 297
"""The least prime above every 32-byte number."""
_VALUE = 33
SHARE = 1 + _VALUE
"""The bytes of a share: its trustee's number, and the value there."""


def make_key(threshold: int, trustees: int) -> tuple[bytes, list[bytes]]:
    """Make a key for a vote; return its public half, and the shares of the other half, which is kept nowhere."""
    private = PrivateKey.generate()
    return bytes(private.public_key), split(bytes(private), threshold, trustees)


def split(secret: bytes, threshold: int, trustees: int) -> list[bytes]:
    """Split 32 bytes into shares, any `threshold` of which give them back."""
    coefficients = [int.from_bytes(secret, "big"), *(secrets.randbelow(_PRIME) for _ in range(threshold - 1))]
    return [bytes([no]) + _at(coefficients, no).to_bytes(_VALUE, "big") for no in range(1, trustees + 1)]


def join(shares: Sequence[bytes]) -> bytes:
    """Return what was split, given enough different shares; raises Refused where they don't belong together."""
    points = {share[0]: int.from_bytes(share[1:], "big") for share in shares}
    secret = 0
    for no, value in points.items():
        for other in points.keys() - {no}:
            value = value * other * pow(other - no, -1, _PRIME) % _PRIME
        secret = (secret + value) % _PRIME
    if secret >= 2**256:
        raise _wrong_shares()
    return secret.to_bytes(32, "big")


def check_of(share: bytes) -> bytes:
    """Return the digest by which a share that is handed back is known to be the right one; it tells nothing of it."""
    return hashlib.sha256(share).digest()


def seal(public_key: bytes, plain: bytes) -> bytes:
    """Seal a ballot so that only the trustees together can open it."""
    return SealedBox(PublicKey(public_key)).encrypt(plain)


class Opener:
    """Opens the ballots of one vote while its trustees are present; lives no longer than the count."""

    def __init__(self, public_key: bytes, shares: Sequence[bytes]) -> None:
        private = PrivateKey(join(shares))
        if bytes(private.public_key) != public_key:
            raise _wrong_shares()
        self._box = SealedBox(private)

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed; raises Refused where it was altered."""
        try:
            return self._box.decrypt(sealed)
        except CryptoError as error:
            raise Refused(
                "票箱中有一个信封无法打开：内容被改动。请停止计票并报告街道。",
                "An envelope in the box can't be opened: it was altered. Stop the count and tell the street office.",
            ) from error


def _at(coefficients: Sequence[int], no: int) -> int:
    value = 0
    for coefficient in reversed(coefficients):
        value = (value * no + coefficient) % _PRIME
    return value


def _wrong_shares() -> Refused:
    return Refused(
        "这些密钥份额拼不出本次表决的密钥，请受托人重新核对。",
        "These shares don't give the key of this vote; have the trustees check them.",
    )
