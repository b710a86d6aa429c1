"""What a step of a process costs: in memory and kept, ours and the library's own, beside the bare transaction."""
