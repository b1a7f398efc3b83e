"""Codes that are no secret: they name an error, a shop offer, a place, a bank, a thing."""

import re

OPEN_CODE_WORDS = frozenset(
    """error promo promotion promotional coupon discount voucher post postal zip country area
    dial dialling dialing sort swift bank product item reference ref booking tracking qr bar status
    referral http gift merchant category currency dress source colour color branch routing bic
    offer invite
    reason response decline declined return exit fault order article tax model event campaign
    student affiliate partner friend""".split()
)

# Words that make a code an open one from anywhere in a message; the others must stand beside it.
_TELLING = (
    "error|promo|promotion|promotional|coupon|discount|voucher|post|postal|zip|tracking|qr|gift"
    "|referral|offer|barcode|postcode|zipcode|ean|isbn|dial|dialling|swift|bic|area|country"
)
OPEN_CODES = re.compile(
    rf"\b(?:{_TELLING})s?\b|\b(?:{'|'.join(sorted(OPEN_CODE_WORDS))})s?[ \-]?codes?\b",
    re.IGNORECASE,
)
"""A word that makes a code in the same message an open one."""
