"""What must be kept and cannot be changed: a chain of entries, each sealed by the next."""
