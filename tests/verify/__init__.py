"""What `verify` finds, and that it finds every fault."""
