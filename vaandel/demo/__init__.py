"""A made-up organisation to look around in. Exists in demo mode only."""
