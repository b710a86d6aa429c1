"""Plays: scenarios that a designer writes, run on the real engine and a real database with a clock that moves."""

from casework.plays.player import Finding, Played, play
from casework.plays.script import Script, ScriptRefused, read

__all__ = ["Finding", "Played", "Script", "ScriptRefused", "play", "read"]
