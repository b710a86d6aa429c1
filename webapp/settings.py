"""What the web door has to be told; `banjie` reads it from the configuration."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The door's own settings. There is no default secret: without one the door does not open."""

    secret_key: str
    demonstration: bool = False
    https: bool = False
    proxies: int = 0
    max_upload_bytes: int = 120 * 1024 * 1024
    streams: int = 64
    testing: bool = False
