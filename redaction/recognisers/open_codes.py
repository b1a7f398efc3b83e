"""Codes that are no secret: they name an error, a shop offer, a place, a bank, a thing."""

OPEN_CODE_WORDS = frozenset(
    """error promo promotion promotional coupon discount voucher post postal zip country area
    dial dialling dialing sort swift bank product item reference ref booking tracking qr bar status
    referral http gift merchant category currency dress source colour color branch routing bic
    offer invite
    reason response decline declined return exit fault order article tax model event campaign
    student affiliate partner friend""".split()
)
