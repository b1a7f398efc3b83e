"""Whether a sentence may be shown: everything it says must stand in a passage that it cites."""
