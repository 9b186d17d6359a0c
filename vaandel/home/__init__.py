"""Today, and the frame of the installable web app."""
