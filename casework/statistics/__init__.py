"""Statistics: one row per closed case, and the figures made from them."""
