"""The JSON API: the same verbs and the same permissions as the pages."""
