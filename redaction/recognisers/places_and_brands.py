"""Capitalised words that are no person: countries, towns, tongues, firms and their products.

Lists of what chat lines of customers name most; a deployer adds own names with ``keep_names``.
Places that are also given names (Jordan, Florence) stand in ``given_names.DOUBTFUL`` instead.
"""

from redaction.recognisers.word_lists import words

PLACES = words("places")
BRANDS = words("brands")
