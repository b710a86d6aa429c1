"""The demonstration province: its people and places, and complaints made by running the process on a moving clock."""

from banjie.demonstration.loading import ensure, sign_ins

__all__ = ["ensure", "sign_ins"]
