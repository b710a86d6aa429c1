"""Handing over seals, accounts and files: what was there, what came, who signed, and what follows a refusal."""
