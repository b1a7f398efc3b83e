"""Numbers that the words beside them make something else than a secret."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re

_LOOK = 30
_MOST_OF_AMOUNT = 4
_YEAR = re.compile(r"(?:19[3-9]|20[0-3])\d")
# Words before a number that say what it is.
_THING = re.compile(
    r"(?:\b(?:contract|agreement|subscription|employee|member|customer|client|policy|acc(?:oun)?t|meter|serial|student|patient|project|claim|incident|order|invoice|ticket|case|ref|reference|article|booking|tracking|transaction|error|version|model|room|flat|page|exp(?:iry|ires|iration)?(?: date)?|valid (?:thru|until|to)|(?<![2\-])(?<!2 )step|tries|attempts|line|apartment|apt|unit|suite|gate|table|chapter"
    r"|option|press|dial(?:ling)?(?: code)?|call|(?<!the )(?<!a )text|ends?|ending|finishing|starting|starts|last|since|limit|fee|paid|pay|cost|costs|charged|balance|sum|amount|payment|deposit|invoice|credit|debt|saved|save|earn(?:ed)?|owe[ds]?|salary|loan|overdraft|transfer"
    r"|withdraw|withdrew|withdrawn|withdrawal|cash|top(?:ped)? up|extension|ext|fault|branch|till|counter|bus|flight|train|seat|street|road|house|building|postcode|zip|area|age[d]?"
    r"|took|taken|takes|spend|spent|refund|refunded|buy|bought|sold|total|worth|approx|up to|out of|https?|stop to"
    r"|iphone|galaxy|pixel|windows|android|ios|code error|(?:customer|member|client|account|phone|house|policy|serial|contract|flight|telephone|loyalty|meter|employee|staff|student) number)(?:\s*(?:id|no|number|code|digits|in|with|is|was|of|the|to|about|up|me|out)\b\.?){0,2}[\s:#.(\-]{0,3}|\btransferred\s{1,3})\Z",
    re.IGNORECASE,
)
# Words before an amount or a time, which has four digits at most.
_HOW_MUCH = re.compile(
    r"\b(?:over|about|around|roughly|nearly|almost|another|extra|than|every|within|for|at least|(?:sent|send) (?:me|out|to|over))\s{1,3}\Z",
    re.IGNORECASE,
)
_TIME = re.compile(r"\b(?:at|by|until|till|before|after|from|to|since)\s+\Z", re.IGNORECASE)
_TO_TIME = re.compile(r" ?(?:to|till|until|-) ?(?:[01]\d|2[0-3])[0-5][05]\b")
_CLOCK = re.compile(r"(?:[01]\d|2[0-3])[0-5][05]")
# "1000 combinations", "4521 Maple Drive": what is counted, or a street.
_COUNTED = re.compile(
    r"\s(?!(?i:is|was|has|his|does|its|(?:that|what|how|where|who|here|there|let)s|this|gets|says|keeps|works|fails|comes|shows|goes|looks|seems|expires|means|appears|always|arrives|yes|pls|plus|as|twice|us)\b)"
    r"(?:[a-z]{3,14}[a-rt-z]s\b(?<!less)|(?-i:[A-Z][a-z]{2,14} (?:Street|St|Road|Rd|Drive|Lane|Avenue|Ave|Close|Way|Court|Place)\b)|(?i:bucks|quid|rupees|yen|people|kids|metres|meters|cash|twice)\b)"
)

_PAIRED = re.compile(r"(\d{2,6}) (?:or|and|to) \Z")

# "a 1200 payment", "350 left my account": money, by what comes after.
_MONEY = re.compile(
    r"\s(?:payment|transaction|transfer|deposit|purchase|bill|fee|charge|refund|credit|limit|more|gone|in (?:savings|cash|credit|debt|my account)|left (?:my|the|our)|went (?:out|missing)"
    r"|(?:was|were|has been|is|got|just) (?:taken|charged|debited|paid|refunded|missing|deducted|withdrawn))\b",
    re.IGNORECASE,
)


def is_explained(text: str, start: int, end: int) -> bool:
    """Whether the words right before or after a number say that it is no secret."""
    before = text[max(0, start - _LOOK) : start]
    if _THING.search(before) or _COUNTED.match(text, end) or _MONEY.match(text, end):
        return True
    if end - start <= _MOST_OF_AMOUNT and _HOW_MUCH.search(before):
        return True
    if _CLOCK.fullmatch(text, start, end) and (_TIME.search(before) or _TO_TIME.match(text, end)):
        return True
    # "1200 or 1300 tries": what explains one number of a pair explains the other.
    pair = _PAIRED.search(before)
    if pair is None:
        return False
    first = max(0, start - _LOOK) + pair.start()
    return _THING.search(text[max(0, first - _LOOK) : first]) is not None


def is_year(digits: str) -> bool:
    """Whether the digits may well be a year of somebody's life."""
    return _YEAR.fullmatch(digits) is not None
