"""Who holds the clock, and which background processes are alive. Knows no noun of the domain."""
