"""The share page and what follows it. Every view is reached through a door (`decorators`)."""
