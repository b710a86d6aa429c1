"""What an operator may set. Read once from the environment; a wrong value stops the start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Every setting with its meaning; each is the environment variable named beside it."""

    home: Path = field(
        default=ROOT / ".banjie", metadata={"env": "BANJIE_HOME", "doc": "where data, files and keys lie"}
    )
    database_url: str = field(
        default="", metadata={"env": "DATABASE_URL", "doc": "a PostgreSQL server; empty: the embedded one"}
    )
    broker_url: str = field(
        default="memory://",
        metadata={"env": "BROKER_URL", "doc": "redis://… or amqp://…; empty or memory://: in-process"},
    )
    secret_key: str = field(
        default="", metadata={"env": "SECRET_KEY", "doc": "signs forms; required outside the embedded set-up"}
    )
    master_key: str = field(
        default="", metadata={"env": "MASTER_KEY", "doc": "64 hex digits; wraps the key of every person's data"}
    )
    host: str = field(
        default="127.0.0.1", metadata={"env": "BANJIE_HOST", "doc": "the address the web door listens on"}
    )
    port: int = field(default=8470, metadata={"env": "BANJIE_PORT", "doc": "the port the web door listens on"})
    demo: bool = field(
        default=False, metadata={"env": "BANJIE_DEMO", "doc": "1: the demonstration province and one-click sign-in"}
    )
    secure_cookies: bool = field(
        default=False, metadata={"env": "BANJIE_SECURE_COOKIES", "doc": "1 behind HTTPS: cookies travel only encrypted"}
    )
    proxies: int = field(
        default=0,
        metadata={"env": "BANJIE_PROXIES", "doc": "how many proxies stand before the web door, to be believed"},
    )
    zone: ZoneInfo = field(
        default=ZoneInfo("Asia/Shanghai"), metadata={"env": "BANJIE_ZONE", "doc": "the zone in which days are counted"}
    )
    processes: Path = field(
        default=ROOT / "processes", metadata={"env": "BANJIE_PROCESSES", "doc": "the folder of diagrams and policies"}
    )
    forms: Path = field(default=ROOT / "forms", metadata={"env": "BANJIE_FORMS", "doc": "the folder of forms"})


class WrongSetting(ValueError):
    """A setting has a value that can't be used; the message names the variable and what it takes."""


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of `environment`; raise WrongSetting naming the variable that can't be used."""
    given: dict[str, Any] = {}
    for name, described in Settings.__dataclass_fields__.items():
        raw = environment.get(described.metadata["env"])
        if raw is None or raw == "":
            continue
        given[name] = _read(described.metadata["env"], raw, described.default)
    return Settings(**given)


def _read(variable: str, raw: str, default: object) -> object:
    try:
        if isinstance(default, bool):
            return {"1": True, "0": False}[raw]
        if isinstance(default, int):
            return int(raw)
        if isinstance(default, Path):
            return Path(raw).expanduser().resolve()
        if isinstance(default, ZoneInfo):
            return ZoneInfo(raw)
    except (KeyError, ValueError) as wrong:
        expected = {bool: "1 or 0", int: "a whole number", ZoneInfo: "a time zone such as Asia/Shanghai"}
        message = f"{variable}={raw!r} can't be used: it takes {expected.get(type(default), 'another value')}"
        raise WrongSetting(message) from wrong
    return raw
