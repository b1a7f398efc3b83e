"""Pieces of patterns that several families share."""

# What may stand between a cue and its value ("my PIN code is: 1234"). Possessive, hence linear.
LINK = (
    r"(?:[\s:=\-#,.'\"*(>→]|\b(?:is|was|are|its|it|s|number|no|nr|num|code|my|the|of|currently|now"
    r"|called|being|set|to|as|new|old|should|be|for|your|this|that|here|would|will|ist|lautet|est|es|e|é|le|la|el|il|het|der|die|das)\b){0,12}+"
)
NOT_A_COUNT = (
    r"(?![\d]|[.,]\d|\s*(?:%|digits?\b|times?\b|days?\b|hours?\b|minutes?\b|mins?\b|seconds?\b|secs?\b|weeks?\b"
    r"|months?\b|years?\b|attempts?\b|characters?\b|numbers?\b|stellig|euros?\b|pounds?\b|dollars?\b"
    r"|gbp\b|eur\b|usd\b|st\b|nd\b|rd\b|th\b))"
)
DATE = (
    r"(?:\d{1,4}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?\d{1,4}"
    r"|\d{1,2}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?[^\W\d_]{3,10}\.?,?\s+\d{2,4}"
    r"|[^\W\d_]{3,10}\.?\s+\d{1,2}(?:st|nd|rd|th)?[.,]?\s+\d{2,4}"
    r"|(?:19|20)\d{6}|\d{2}(?:19|20)\d{2}|\d{4}(?:19|20)\d{2})"
)
