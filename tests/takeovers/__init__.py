"""What taking over unmanaged estates promises."""
