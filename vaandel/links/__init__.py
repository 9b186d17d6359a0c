"""Short links and what came through them. Knows nothing of posts or shares."""
