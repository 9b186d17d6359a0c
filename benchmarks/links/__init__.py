"""What the links claim, measured: speed, loss, counting, growth, memory."""
