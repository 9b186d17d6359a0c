"""What people shared themselves: a text, a channel, a link of its own."""
