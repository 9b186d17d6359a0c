"""The first pages: what this installation is, and what is there for me today."""
