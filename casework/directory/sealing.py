"""Sealing of personal data: one key per person, wrapped by the master key of the installation."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casework.directory.names import plain_phone
from casework.errors import Refused

SECRET = "people"  # noqa: S105  (the name of the setting, not its value)
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Particulars:
    """What identifies a person; empty where it is not known."""

    name: str = ""
    phone: str = ""
    id_number: str = ""

    def __repr__(self) -> str:
        return "Particulars(…)"  # never in a log


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is stored of a person: the data, the wrapped key, the master it was wrapped by, and the phone's digest."""

    data: bytes
    wrapped: bytes
    master: str
    phone_digest: bytes | None


class Sealing:
    """Seals and opens personal data with keys derived from one secret."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            message = "the secret for personal data must have at least 32 bytes"
            raise ValueError(message)
        wrapping = _derive(secret, b"banjie people: wrap the key of a person")
        self._wrapping = AESGCM(wrapping)
        self._lookup = _derive(secret, b"banjie people: look up a phone")
        self._owners = _derive(secret, b"banjie people: tell owners of an estate apart")
        self._words = AESGCM(_derive(secret, b"banjie people: seal a word of an answer"))
        self.master = hashlib.sha256(wrapping).hexdigest()[:16]

    @classmethod
    def of(cls, secrets: Mapping[str, bytes]) -> "Sealing":
        """Return the sealing of an installation whose settings hold the secret."""
        secret = secrets.get(SECRET)
        if secret is None:
            raise Refused(
                "未设置个人信息主密钥,不能读写个人信息", "No master key for personal data is set, so none can be kept"
            )
        return _made(secret)

    def seal(self, person_id: int, particulars: Particulars) -> Sealed:
        """Seal the data under a fresh key of this person."""
        key = AESGCM.generate_key(bit_length=256)
        return Sealed(
            data=_encrypt(AESGCM(key), _written(particulars), person_id),
            wrapped=_encrypt(self._wrapping, key, person_id),
            master=self.master,
            phone_digest=self.phone_digest(particulars.phone),
        )

    def open(self, person_id: int, data: bytes, wrapped: bytes) -> Particulars:
        """Open what was sealed for this person, and for no other."""
        try:
            key = _decrypt(self._wrapping, wrapped, person_id)
            return Particulars(**json.loads(_decrypt(AESGCM(key), data, person_id)))
        except InvalidTag as error:
            raise Refused(
                "个人信息无法解密:主密钥不符或数据被改动",
                "The personal data can't be opened: another master key, or altered data",
            ) from error

    def seal_word(self, word: str, about: str) -> str:
        """Seal a short secret that is no person's data; only with the same `about` it opens again."""
        return base64.b64encode(_encrypt(self._words, word.encode(), about)).decode()

    def open_word(self, sealed: str, about: str) -> str:
        """Open what `seal_word` sealed."""
        try:
            return _decrypt(self._words, base64.b64decode(sealed), about).decode()
        except InvalidTag as error:
            raise Refused(
                "回执无法解密:主密钥不符或数据被改动",
                "The receipt can't be opened: another master key, or altered data",
            ) from error

    def seal_file(self, data: bytes, about: str) -> bytes:
        """Seal a file that holds data of many people; only with the same `about` it opens again."""
        return _encrypt(self._words, data, about)

    def open_file(self, sealed: bytes, about: str) -> bytes:
        """Open what `seal_file` sealed."""
        try:
            return _decrypt(self._words, sealed, about)
        except InvalidTag as error:
            raise Refused(
                "文件无法解密:主密钥不符或数据被改动",
                "The file can't be opened: another master key, or altered data",
            ) from error

    def owner_key(self, estate_id: int, identity: str) -> bytes:
        """Return the keyed digest by which one owner of an estate is told from another; it says nothing of who."""
        return hmac.digest(self._owners, f"{estate_id}|{identity}".encode(), "sha256")

    def phone_digest(self, phone: str) -> bytes | None:
        """Return the keyed digest by which a phone is found."""
        digits = plain_phone(phone)
        return hmac.digest(self._lookup, digits.encode(), "sha256") if digits else None


def _written(one: Particulars) -> bytes:
    told = {"name": one.name, "phone": one.phone, "id_number": one.id_number}
    return json.dumps(told, ensure_ascii=False).encode()


@lru_cache(maxsize=4)
def _made(secret: bytes) -> Sealing:
    return Sealing(secret)


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)


def _encrypt(cipher: AESGCM, plain: bytes, about: int | str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, plain, str(about).encode())


def _decrypt(cipher: AESGCM, sealed: bytes, about: int | str) -> bytes:
    return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], str(about).encode())
