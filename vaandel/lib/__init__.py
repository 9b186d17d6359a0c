"""No tables, no nouns: environment, tokens, the guarded HTTP client, the clock."""
