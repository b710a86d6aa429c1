"""The box: sealed envelopes, the digest that is an owner's receipt, and the Merkle root over all of them.

A leaf is an envelope's digest and whether it counts; leaves stand in the order of their digests, which are random, so
that their order tells nothing. Nodes are hashed in pairs; one without a partner goes up as it is.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select

from casework.directory.sealing import SECRET
from casework.errors import Conflict, Refused
from casework.persistence import Work
from casework.votes import secret
from casework.votes.choices import items_of, unpack, write
from casework.votes.models import Envelope, RollHead, Vote

NONCE = 12
EMPTY = hashlib.sha256(b"").digest()


class Leaf(NamedTuple):
    """An envelope as the root binds it."""

    digest: bytes
    counted: bool

    def hash(self) -> bytes:
        """Return the hash of the leaf."""
        return hashlib.sha256(b"\x00" + self.digest + bytes([self.counted])).digest()


class Seal:
    """Seals choices with a key of the installation, for votes that are no secret once they are counted."""

    def __init__(self, secret_of_house: bytes) -> None:
        self._cipher = AESGCM(_derived(secret_of_house, b"banjie votes: seal a ballot"))
        self._marks = _derived(secret_of_house, b"banjie votes: compare two readings")

    @classmethod
    def of(cls, work: Work) -> "Seal":
        """Return the seal of the installation; raises Refused where its settings hold no master key."""
        found = work.house.secrets.get(SECRET)
        if found is None:
            raise Refused("未设置主密钥，不能投票。", "No master key is set, so no ballot can be taken.")
        return cls(found)

    def close(self, plain: bytes, about: bytes) -> bytes:
        """Seal a ballot; only with the same `about` it opens again."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, about)

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """Return what was sealed; raises Refused where it was altered, or moved to another owner."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], about)
        except InvalidTag as error:
            raise Refused(
                "票箱中有一个信封无法打开：主密钥不符，或内容被改动。请停止计票并报告街道。",
                "An envelope in the box can't be opened: another master key, or it was altered. Stop the count and "
                "tell the street office.",
            ) from error

    def mark(self, text: str) -> str:
        """Return a keyed digest by which two readings are compared without being opened."""
        return hmac.digest(self._marks, text.encode(), "sha256").hex()


def pack(work: Work, vote: Vote, head: RollHead, said: Mapping[str, str | list[str]]) -> tuple[bytes, bytes]:
    """Return the sealed choices of a head, and their digest."""
    plain = write(items_of(vote.items), said)
    if vote.public_key is not None:
        sealed = secret.seal(vote.public_key, plain)
        return sealed, digest_of(vote, head, sealed)
    return Seal.of(work).close(plain, about(vote, head)), digest_of(vote, head, plain)


def repack(work: Work, vote: Vote, head: RollHead, sealed: bytes, written_about: bytes) -> tuple[bytes, bytes]:
    """Return choices sealed about something else, as a paper's number, sealed for a head, and their digest."""
    if vote.public_key is not None:
        return sealed, digest_of(vote, head, sealed)
    seal = Seal.of(work)
    plain = seal.open(sealed, written_about)
    return seal.close(plain, about(vote, head)), digest_of(vote, head, plain)


def about(vote: Vote, head: RollHead) -> bytes:
    """Return what binds a ballot to its vote and its owner."""
    return f"vote {vote.id} head ".encode() + head.key


def digest_of(vote: Vote, head: RollHead, content: bytes) -> bytes:
    """Return the digest of an envelope: of its ciphertext in a secret vote, of what it holds in any other."""
    return hashlib.sha256(about(vote, head) + b"\x00" + content).digest()


def leaves(work: Work, vote_id: int) -> list[Leaf]:
    """Return everything in the box in the order of the tree."""
    found = work.session.execute(
        select(Envelope.digest, Envelope.valid, Envelope.suspended).where(Envelope.vote_id == vote_id)
    )
    return sorted(Leaf(digest, valid and not suspended) for digest, valid, suspended in found)


def root(found: Sequence[Leaf]) -> bytes:
    """Return the root over the leaves; of an empty box, the hash of nothing."""
    row = [leaf.hash() for leaf in found]
    while len(row) > 1:
        row = _above(row)
    return row[0] if row else EMPTY


def siblings(found: Sequence[Leaf], index: int) -> list[tuple[str, str]]:
    """Return what leads from a leaf to the root: ("left" or "right", hash) of each partner on the way."""
    row, way = [leaf.hash() for leaf in found], []
    while len(row) > 1:
        partner = index ^ 1
        if partner < len(row):
            way.append(("right" if partner > index else "left", row[partner].hex()))
        row, index = _above(row), index // 2
    return way


def leads_to(leaf: Leaf, way: Sequence[tuple[str, str]], top: bytes) -> bool:
    """Say whether a leaf and its partners give the root: what an owner can check for themselves."""
    found = leaf.hash()
    for side, partner in way:
        pair = bytes.fromhex(partner) + found if side == "left" else found + bytes.fromhex(partner)
        found = hashlib.sha256(b"\x01" + pair).digest()
    return found == top


def must_be_whole(work: Work, vote: Vote) -> None:
    """Raise Conflict where the box is not the one whose root was published."""
    if root(leaves(work, vote.id)) != vote.box:
        raise Conflict(
            "票箱与截止时公布的根不一致：有信封被增加、删除或改动。请停止计票并报告街道。",
            "The box does not give the root published at its close: an envelope was added, taken out or altered. Stop "
            "the count and tell the street office.",
        )


class Opening:
    """Opens the envelopes of one box and proves that each holds what its digest says."""

    def __init__(self, work: Work, vote: Vote, shares: Sequence[bytes] = ()) -> None:
        self._vote = vote
        self._open: Callable[[bytes, bytes], bytes]
        if vote.public_key is None:
            self._open = Seal.of(work).open
        else:
            opener = secret.Opener(vote.public_key, shares)
            self._open = lambda sealed, _about: opener.open(sealed)

    def open(self, envelope: Envelope, head: RollHead) -> bytes:
        """Return what an envelope holds; raises Refused or Conflict where it was altered or handed to another head."""
        plain = self._open(envelope.sealed, about(self._vote, head))
        content = plain if self._vote.public_key is None else envelope.sealed
        if digest_of(self._vote, head, content) != envelope.digest:
            raise Conflict(
                f"信封 {envelope.digest.hex()[:12]} 与其回执不符：已被改动或换人。请停止计票并报告街道。",
                f"Envelope {envelope.digest.hex()[:12]} does not fit its receipt: it was altered or given to another "
                "owner. Stop the count and tell the street office.",
            )
        return plain

    def choices(self, envelope: Envelope, head: RollHead) -> dict[str, str | list[str]]:
        """Return what an envelope says."""
        return unpack(self.open(envelope, head))


def as_text(content: bytes) -> str:
    """Return bytes as an export holds them."""
    return base64.b64encode(content).decode()


def proof_of(found: Sequence[Leaf], digest: bytes) -> dict[str, Any] | None:
    """Return the way from an envelope to the root; None where it does not lie in the box."""
    for index, leaf in enumerate(found):
        if leaf.digest == digest:
            return {
                "index": index,
                "size": len(found),
                "counted": leaf.counted,
                "siblings": siblings(found, index),
                "root": root(found).hex(),
            }
    return None


def _above(row: Sequence[bytes]) -> list[bytes]:
    pairs = [hashlib.sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row) - 1, 2)]
    return [*pairs, row[-1]] if len(row) % 2 else pairs


def _derived(secret_of_house: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret_of_house)
