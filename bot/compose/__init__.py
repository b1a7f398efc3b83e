"""Wording an answer from passages: one Protocol, an extractive and a model-backed composer."""
