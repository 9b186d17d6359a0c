"""A person who can sign in. What somebody is in an organisation stands in ``organizations``."""
