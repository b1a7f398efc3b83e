"""Security codes, expiry dates and PINs as forms, programs and hurried people write them."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re

from redaction.kinds import mask_of
from redaction.recognisers.cued import Cued
from redaction.recognisers.phrases import LINK, NOT_A_COUNT

Rule = tuple[str, float, Cued]

_CARD = mask_of("CARD")
_EXPIRY = mask_of("EXPIRY")
_OF_CARD = r"(?: of (?:the|my|it)(?: card)?)?"
_BACK = r"(?:back|front|rear|reverse)"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"


def rules(*rows: tuple[str, float, str, str]) -> tuple[Rule, ...]:
    """Kind, score, signs (see ``Cued``) and pattern, whose groups are the values."""
    return tuple((kind, score, Cued(signs, row)) for kind, score, signs, row in rows)


ALWAYS = rules(
    # beside an expiry date: "12/28 then 449", "268 and expiry 07/28"
    ("CVV", 0.8, _EXPIRY, rf"{_EXPIRY}\s{{0,2}}(?:then|plus|\+|(?:and|&|with)(?=\s\d{{3}}\W{{0,3}}(?:\Z|[,.;!?)\n]|and\b)))\s{{1,2}}(\d{{3}})(?![.,:/\-]?\w){NOT_A_COUNT}"),
    ("CVV", 0.8, _EXPIRY, rf"(?<![\w£$€.,:/\-])(?<!\d )(\d{{3}})(?:,| and| with| plus| \+| &)?\s(?:(?:its?|the|my|an?)\s)?(?:exp\w{{0,8}}|valid \w{{2,5}})\W{{1,3}}(?:date\W{{1,2}})?{_EXPIRY}"),
    # cvv123, card_cvv=737, cvc: o19
    ("CVV", 0.9, "cvv|cvc|cvn|csc", rf"(?<![^\W_])(?:cvv2?|cvc2?|cvn|csc)(?:_?(?:code|number|no|nr|value))?[\s:=\"'#]{{0,4}}((?=o?\d)[o\d]{{3,4}})(?!\w){NOT_A_COUNT}"),
    ("CVV", 0.9, "security", r"(?<!social)(?<!social_)security_?code[\"']?\s{0,2}[:=]\s{0,2}[\"']?(\d{3,4})(?!\w)"),
    ("CVV", 0.9, "sec. code|sec.code", rf"\bsec\. ?code\b{LINK}(\d{{3,4}}){NOT_A_COUNT}"),
    ("CVV", 0.85, "back|front|rear|reverse", rf"\b(?:last )?(?:3|three|4|four)(?: digits?| numbers?| figures?)? (?:on|at|from) (?:the )?{_BACK}{_OF_CARD}{LINK}(\d{{3,4}}){NOT_A_COUNT}"),
    ("CVV", 0.85, "card", rf"\b(?:numbers?|digits?|code) (?:behind|(?:on|at) the back of) (?:the |my )?card{LINK}(\d{{3,4}}){NOT_A_COUNT}"),
    ("CVV", 0.85, "code", r"\bcode[\s:]{1,2}(\d{3,4}) (?:on|at|from) (?:the |its )?(?:back|reverse|rear)\b"),
    ("EXPIRY", 0.85, "exp", r"\bexp(?:iry|ires)?((?:0[1-9]|1[0-2])[2-4]\d)(?!\w)"),
    # pin4932, user_pin=4932, pin_code: 4932
    ("PIN", 0.9, "pin", rf"(?<![^\W_])pin(\d{{4,6}})(?!\w){NOT_A_COUNT}"),
    ("PIN", 0.9, "pin", r"(?<![^\W_])pin(?:[_-]?(?:code|no|number))?[\"']?\s{0,2}[:=]\s{0,2}[\"']?(\d{4,8})(?!\w)"),
    ("PIN", 0.9, "p.|secret", rf"\b(?:p\.\s?i\.\s?n\b\.?|secret (?:number|digits)){LINK}(\d{{4,8}}){NOT_A_COUNT}"),
)  # fmt: skip
AFTER_CARD = rules(
    ("EXPIRY", 0.9, _CARD, rf"{_CARD}[:/|;,\-]{{1,2}}((?:0?[1-9]|1[0-2])[:/|;,\-](?:20)?[2-4]\d)(?=[:/|;,\-]\d{{3,4}}(?!\d))"),
    ("CVV", 0.85, _EXPIRY, rf"{_EXPIRY}[\s,;:/|\-.]{{1,4}}(?:and|sec|code|then|und|et|y|&)\W{{1,3}}(\d{{3,4}})(?![/\w]){NOT_A_COUNT}"),
)  # fmt: skip
BESIDE_CARD_WORD = rules(
    ("CVV", 0.8, "cw", rf"\bcw[\s:=]{{1,3}}(\d{{3}})(?!\w){NOT_A_COUNT}"),
    ("EXPIRY", 0.8, "expir|run", rf"\b(?:expires?|expiring|expired|runs? out)(?: (?:on|in|at|end of|the end of))?[\s:]{{1,2}}({_MONTH}\.?,? 20[2-4]\d)(?!\d)"),
)  # fmt: skip
UNLESS_OTHER = rules(
    ("EXPIRY", 0.75, "expir|good|run", r"\b(?:expires?|expiring|expired|good (?:until|till|to)|runs? out)(?: (?:on|in|at|end of|the end of))?[\s:]{1,2}((?:0?[1-9]|1[0-2])[/\-](?:20)?[2-4]\d)(?![/\-\d])"),
)  # fmt: skip
"""Expiry dates without a word for a card: of one, unless something else that runs out is named."""
RUNS_OUT = re.compile(
    r"\b(?:offer|plan|deal|voucher|coupon|code|promo\w*|warranty|guarantee|points|subscription|membership|insurance|policy|passport|licen[cs]e"
    r"|permit|booking|tickets?|milk|food|batch|contract|certificate|domain|trial|gift|lease|sale|quote|link|trip|rate|bond|lunch|season|pass)\b",
    re.IGNORECASE,
)
