"""One case: its task forms, clocks, history, files and diagram."""
