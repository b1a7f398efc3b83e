"""The words by which a customer's mood and a reply's success are told. English only.

Whole words on lower-case text. The lists are short on purpose: each stands for a named feature of
``predicted_csat_features``, and a page of figures (``docs/predicted-csat.md``) says what it is
worth.
"""

import re


def _any(*words: str, at: str = "") -> re.Pattern[str]:
    return re.compile(at + r"\b(?:" + "|".join(words) + r")\b")


THANKS = _any(r"thank\w*", "thx", "cheers", r"appreciate\w*", "grateful")

PLEASED = _any(
    "great",
    r"perfect(?:ly)?",
    "awesome",
    "excellent",
    "wonderful",
    "amazing",
    "fantastic",
    "lovely",
    "loved?",
    "brilliant",
    "cool",
    "nice",
    "helpful",
    r"(?:that|this|which) (?:helps|helped|works|worked|solved it|did it|did the trick)",
    "works for me",
    "sorted",
    r"sounds? (?:good|great|fine|nice|interesting|fun)",
    r"looks? (?:good|great)",
    r"favou?rite",
    r"enjoy(?:ed)?",
    "best",
    "glad",
    "happy",
    "definitely",
    "absolutely",
    "exactly",
)

REFUSES = _any(
    "no",
    "nope",
    "nah",
    "not",
    "never",
    "none",
    "neither",
    r"i (?:don't|do not|didn't|haven't|have not|can't)",
    "i've never",
    "don't",
    "i'm not",
    at="^",
)

NEGATES = _any(
    "no",
    "not",
    "never",
    "none",
    "nothing",
    "neither",
    "nor",
    "without",
    "cannot",
    r"\w+n't",
    "dont",
    "didnt",
    "cant",
    "havent",
    "isnt",
    "wasnt",
)

DISLIKES = _any(
    "hated?",
    "bor(?:ed|ing)",
    "terrible",
    "awful",
    "horrible",
    "worst",
    "bad",
    "stupid",
    "annoy(?:ed|ing)",
    r"disappoint\w*",
    "dislike",
    "ridiculous",
    r"suck(?:s|ed)?",
    "wrong",
    "unacceptable",
    "useless",
    "rubbish",
    r"confus\w+",
    "not interested",
    r"not (?:a (?:big |huge )?fan|what i (?:asked|wanted|meant))",
    r"(?:does not|doesn't|did not|didn't) (?:help|work|answer)",
    r"too (?:much|many|long|slow|late|early|expensive)",
)

CORRECTS = _any(
    "actually",
    r"i (?:said|meant|mean|asked|told)",
    r"i(?:'ve| have)? already",
    "already told",
    "instead",
    "rather",
    "change",
    "again",
    "still",
    "wait",
    "but",
)

UNSURE = _any(
    "i guess",
    "maybe",
    "not sure",
    "(?:i )?don't know",
    "dunno",
    "whatever",
    "i suppose",
    "kind of",
    "sort of",
)

OTHER = _any("another", "different", "others?", "(?:anything|something|nothing) else", "else")

CLOSES = _any(
    "bye",
    "goodbye",
    "good night",
    r"have a (?:good|great|nice|lovely)",
    r"(?:that's|that is|that will be) (?:all|it)",
    r"all i need(?:ed)?",
)

FAILED = _any(
    "sorry",
    "unfortunately",
    r"apologi[sz]e",
    "unable",
    "cannot",
    "can't",
    "couldn't",
    r"(?:could|was|is|am|are) not able",
    r"(?:could|did) not (?:find|work)",
    r"(?:wasn't|isn't|aren't|not) (?:able|available|found)",
    "unavailable",
    "unsuccessful",
    "failed",
    r"didn't (?:work|find)",
    r"there(?: are|'s| is| were) (?:no|nothing)",
    r"no (?:\w+ ){0,3}(?:available|found|matching|match)",
    "nothing",
)
"""The reply says that something could not be done or found."""

DONE = _any(
    "booked",
    "confirmed",
    "reserved",
    "reference number",
    r"successful\w*",
    r"(?:has|have) been",
    "all set",
    "completed",
    "sorted",
)
"""The reply says that something was done."""

ANYTHING_MORE = _any(
    "(?:anything|something) else", "any(?:thing)? more", "else i can", "help you with", "further"
)
"""The reply asks whether there is more to do: a "no" to it is no refusal."""
