"""Numbers that no passage has, but that follow from one: exactly, or not at all."""

import pytest

from bot.grounding.check import GroundingCheck
from retrieval.article import Passage

_CHARGING = "Chargers of direct current cost 64 cents per unit. A cable costs €20."
_HELP = "Our assembly team costs £45 for a bed and £80 for a wardrobe."
_RESALE = "When your ticket sells, we keep 5% and pay you the rest."
_LIMIT = "You pay 2% on what you withdraw above £200 a month."
_DRIVERS = "Drivers under 25 pay a surcharge of €14 a day."
_HOURS = "Breakfast is served 7–10 am on weekdays and 8–11 am at weekends."
_ARRIVAL = "Apply at least 21 days before the start. Report faults within 60 minutes of delivery."
_INVITING = "Only owners and admins can invite."
_SWITCH = "You can refuse a substitute at the door."


@pytest.mark.parametrize(
    ("passage", "sentence", "supported"),
    [
        (_CHARGING, "20 units cost €12.80.", True),
        (_CHARGING, "20 units cost €13.80.", False),
        (_HELP, "A bed and a wardrobe cost £125 altogether.", True),
        (_HELP, "A bed and a wardrobe cost £135 altogether.", False),
        (_HELP, "A bed costs £125.", False),
        (_RESALE, "When your ticket for €60 sells, we keep 5% and pay you €57.", True),
        (_RESALE, "When your €60 ticket sells, we pay you €54 and keep 5%.", False),
        (_LIMIT, "When you withdraw £100, you pay £2.", False),
        (_DRIVERS, "Drivers under 25 pay a surcharge of €42 for 3 days.", True),
        (_DRIVERS, "Drivers under 25 pay a surcharge of €28 for 3 days.", False),
        (
            _HOURS,
            "On Saturdays and Sundays, breakfast is served from 8 to 11 in the morning.",
            True,
        ),
        (
            _HOURS,
            "On Saturdays and Sundays, breakfast is served from 8 to 11 in the evening.",
            False,
        ),
        (
            _HOURS,
            "On Saturdays and Sundays, breakfast is served from 9 to 11 in the morning.",
            False,
        ),
        (_HOURS, "At weekends breakfast is served 8–11 am.", True),
        (_HOURS, "At weekends breakfast is served 7–11 am.", False),
        (_HOURS, "At weekends breakfast is served from 7 to 11 in the morning.", False),
        (_HOURS, "At weekends breakfast is served 7–10 am.", False),
        (_HOURS, "On weekdays breakfast is served from 7 am.", True),
        (_ARRIVAL, "Apply no later than three weeks before the start.", True),
        (_ARRIVAL, "Apply no later than two weeks before the start.", False),
        (_ARRIVAL, "Apply within three weeks of the start.", False),
        (_ARRIVAL, "You have an hour after delivery to report faults.", True),
        (_ARRIVAL, "You have a day after delivery to report faults.", False),
        (_INVITING, "To invite, you need to be an owner or an admin.", True),
        ("Owners and admins can invite.", "To invite, you need to be an owner or an admin.", False),
        (_SWITCH, "Yes, or just refuse the substitute at the door.", True),
        (_SWITCH, "You can refuse just the substitute at the door.", False),
    ],
)
def test_what_follows_passes_and_what_is_near_does_not(
    passage: str, sentence: str, supported: bool
) -> None:
    check = GroundingCheck()
    verdict = check.check(sentence, [Passage("a#0", "a", "", "", passage)])
    assert verdict.supported is supported, verdict.reasons
