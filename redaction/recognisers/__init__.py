"""One small module a family of personal data: patterns as data, and a checksum where one exists.

Each has ``find(text)``, which yields findings with offsets in the canonical text it was given.
"""
