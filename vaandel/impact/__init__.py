"""Figures that are frozen or rolled up, so that a page costs the same at any size."""
