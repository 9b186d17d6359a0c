"""How many pages a PDF has, and whether it may be handed to colleagues."""
