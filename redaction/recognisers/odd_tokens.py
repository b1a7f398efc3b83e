"""Tokens of letters and digits: which may be a password, and which are a product or an address."""

import re

PRODUCT = re.compile(
    r"(?i:(?:i?phone|ipad|galaxy|pixel|windows|win|android|ios|macos|office|xbox|playstation|chrome|firefox|safari|edge|note|wi-?fi|usb|base|sha|covid|web|user|form|step|page|level|outlook|hotmail|long|room|flat|line|day|week|part)[\-_.]?[A-Za-z]{0,2}\d+\w{0,4}"
    r"|1password|mp3player|\d+(?:st|nd|rd|th|am|pm|[gmkt]b(?:ps)?|kg|km|hours?|hrs?|mins?|minutes?|days?|weeks?|months?|years?|times?|digits?|chars?|characters?|letters?|gbp|usd|eur)"
    r"|\d{1,2}[:.]\d\d\w{0,3}|v?\d+(?:\.\d+)+\w{0,3}|[\d.,\-]+%?)"
    r"|[A-Z]{1,3}-?\d[A-Z\d\-]*|[A-Z]{2,5}-[A-Z\d\-]+"
)
# "QWX 71B": a code shown in two groups; "SW1A 1AA" is a place.
PAIR = re.compile(
    r"(?<![\w\-])(?=[A-Z\d ]{0,7}\d)(?=[\d ]{0,7}[A-Z])(?![A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b)"
    r"(?:[A-Z\d]{2,4}(?: [A-Z\d]{2,4}){2,4}|[A-Z\d]{3,4} [A-Z\d]{3,4})(?![\w\-])"
)
# "f83k 22mz 0q7t"
LOWER_GROUPS = re.compile(
    r"(?<![\w\-])(?=[^\W\d_]|\d{1,3}[a-z])[a-z\d]{4}"
    r"(?: (?=[a-z\d]{0,3}\d)[a-z\d]{4}){2,7}(?![\w\-])"
)
# "otter-lamp-seven"
HYPHENED = re.compile(r"(?<![\w\-'’])[^\W\d_]{3,12}(?:-[^\W\d_]{3,12}){2,4}(?![\w\-])")
SIZE = re.compile(r"\d{1,4}(?:[x×]\d{1,4}){1,2}[a-z]{0,2}", re.IGNORECASE)


def has_letters_and_digits(value: str) -> bool:
    """Whether a token looks like a password, not like a product, an address or a measure."""
    return (
        len(value) >= 6
        and any(map(str.isdigit, value))
        and sum(map(str.isalpha, value)) >= 3
        and not is_address(value)
        and PRODUCT.fullmatch(value) is None
    )


_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|csv|png|jpe?g|txt|zip|html?|json|py)\W{0,3}\Z", re.IGNORECASE
)


def is_file(value: str) -> bool:
    """Whether a token is the name of a file."""
    return _FILE.search(value) is not None


# "name@mail", but not "p@nc@kes"
_AT = re.compile(r".@(?:[^@]*\.|[^@]{6,}\Z)")


def is_address(value: str) -> bool:
    """Whether a token is an e-mail address, a link or an assignment."""
    return (
        _AT.search(value) is not None
        or "://" in value
        or "](" in value
        or "=" in value
        or "/" in value
    )
