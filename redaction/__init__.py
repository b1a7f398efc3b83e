"""Finding and replacing personal data. Knows nothing of conversations or articles."""
