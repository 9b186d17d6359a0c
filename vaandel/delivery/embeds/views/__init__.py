"""Pages about places of the organisation, and the place itself."""
