"""The rewritings of normalising, one module per subject."""
