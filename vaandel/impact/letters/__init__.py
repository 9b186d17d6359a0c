"""The monthly letter to the owners of a programme: what was, side by side, and one suggestion."""
