"""Published releases of processes: immutable, versioned by hash, pinned by every case."""
