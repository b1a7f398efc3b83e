"""Offline evaluation of the same assistant that runs live."""
