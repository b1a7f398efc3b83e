import pytest

from bot.insights.costs import ContactCosts, Medium, media_words, medium_of, priced


@pytest.mark.parametrize(
    ("channel", "medium"),
    [
        ("web", Medium.CHAT),
        ("Channel::WebWidget", Medium.CHAT),
        ("whatsapp", Medium.CHAT),
        ("E-Mail", Medium.MAIL),
        ("Channel::Email", Medium.MAIL),
        ("voice", Medium.CALL),
        ("Phone call (inbound), web", Medium.CALL),
        ("fax", Medium.UNKNOWN),
        ("emailed", Medium.UNKNOWN),
        ("", Medium.UNKNOWN),
        (None, Medium.UNKNOWN),
    ],
)
def test_a_channel_is_known_by_its_words(channel: str | None, medium: Medium) -> None:
    assert medium_of(channel) is medium


def test_contacts_are_priced_by_channel_and_net_of_self_service() -> None:
    costs = ContactCosts(chat=4, call=8, mail=6, self_service=0.5)
    found = priced(["web", "web", "phone", "email", None], costs)
    assert (found.total, found.net) == (2 * 4 + 8 + 6 + 4, 26 - 5 * 0.5)
    assert found.media == {Medium.CHAT: 2, Medium.CALL: 1, Medium.MAIL: 1, Medium.UNKNOWN: 1}
    assert media_words({Medium.CALL: 1, Medium.UNKNOWN: 3}, costs, "£") == (
        "1 by call at £8.00, 3 without a known channel at £4.00"
    )
    assert priced([], costs).total == 0
