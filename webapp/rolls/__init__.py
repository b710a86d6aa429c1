"""The owners' roll: sent as a list, checked row by row, looked at by two, frozen, and posted."""
