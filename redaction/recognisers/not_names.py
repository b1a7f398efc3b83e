"""The shape of a name in a text, and the words that have that shape and are none."""

# ruff: noqa: E501 - a pattern reads best in one piece

from redaction.recognisers.given_names import FAMILY
from redaction.recognisers.places_and_brands import BRANDS, PLACES

PART = r"[^\W\d_][^\W\d_'’.\-]*(?:['’\-.][^\W\d_]+)*"
BARE = r"[^\W\d_]{3,24}(?:['’\-][^\W\d_]+)*"
CAPITAL = r"[A-ZÀ-ÖØ-ÝĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶĹĽŁŃŅŇŌŐŒŔŘŚŞŠȘŢŤȚŪŮŰŲŴŶŸŹŻŽ]"
PROPER = rf"(?:[OD]['’])?{CAPITAL}[^\W\d_]+(?:['’\-]{CAPITAL}?[^\W\d_]+)*"

# Words of whatever case that follow such phrases and are no person.
CASE_FREE = frozenset(
    """not a an the very order spelling only doesn't isn't so really too just still also here there unable able trying having getting
    looking waiting on in at it that this what why how when where who which if because since as ok okay
    incorrect wrong misspelled misspelt different changed spelled spelt printed missing blank being
    correct right shown my your his her their our mine on the back is was has had can cannot can't
    changing change updating update field and or but out for from with by to do does did
    sure sir madam team support everyone all guys folks please me you us them someone anyone nobody
    """.split()
)
# Capitalised words that follow such phrases and are no person.
NO_NAMES = (
    PLACES
    | BRANDS
    | frozenset(
        """i there team support all everyone sir madam customer customers express pay iban atm pin cvv otp app card
        bank euro euros pound pounds dollar dollars gbp usd eur monday tuesday wednesday thursday friday saturday
        sunday january february march april may june july august september october november december christmas
        easter uk us usa eu hello hi hey thanks thank dear regards ok yes no please ios mac face touch id top up
        transfer direct debit crypto chargeback cashback either overview passcode refund madame monsieur mademoiselle
        herr frau senor senora signore signora senhor senhora mevrouw meneer pan pani damen herren mr mrs ms miss mx dr prof
        sir today yesterday yesterdays tomorrow last next one two first second urgent urgently accordingly just
        recently still also however it's there's aud chf cad jpy pln nzd eurs gb nhs vat what why how when where who
        which is are do does did can could would will the a my your this that it
        """.split()
    )
    - frozenset({"ing", "target", "ideal", "pix"})
)
NOT_FAMILY = NO_NAMES - FAMILY
"""What ends a name: words that are no person and no family name either."""
