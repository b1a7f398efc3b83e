"""Articles, passages and hybrid search. Knows nothing of conversations or redaction."""
