"""The command line, and the only place that puts casework, webapp and workers together."""
