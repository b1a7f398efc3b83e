"""The help centre of Kestrel is whole, agrees with itself and answers all 77 intents."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

KB = Path(__file__).parents[1] / "kb_content"

LABELS = frozenset(
    """
    activate_my_card age_limit apple_pay_or_google_pay atm_support automatic_top_up
    balance_not_updated_after_bank_transfer balance_not_updated_after_cheque_or_cash_deposit
    beneficiary_not_allowed cancel_transfer card_about_to_expire card_acceptance card_arrival
    card_delivery_estimate card_linking card_not_working card_payment_fee_charged
    card_payment_not_recognised card_payment_wrong_exchange_rate card_swallowed
    cash_withdrawal_charge cash_withdrawal_not_recognised change_pin compromised_card
    contactless_not_working country_support declined_card_payment declined_cash_withdrawal
    declined_transfer direct_debit_payment_not_recognised disposable_card_limits
    edit_personal_details exchange_charge exchange_rate exchange_via_app extra_charge_on_statement
    failed_transfer fiat_currency_support get_disposable_virtual_card get_physical_card
    getting_spare_card getting_virtual_card lost_or_stolen_card lost_or_stolen_phone
    order_physical_card passcode_forgotten pending_card_payment pending_cash_withdrawal
    pending_top_up pending_transfer pin_blocked receiving_money Refund_not_showing_up
    request_refund reverted_card_payment? supported_cards_and_currencies terminate_account
    top_up_by_bank_transfer_charge top_up_by_card_charge top_up_by_cash_or_cheque top_up_failed
    top_up_limits top_up_reverted topping_up_by_card transaction_charged_twice
    transfer_fee_charged transfer_into_account transfer_not_received_by_recipient transfer_timing
    unable_to_verify_identity verify_my_identity verify_source_of_funds verify_top_up
    virtual_card_not_working visa_or_mastercard why_verify_identity
    wrong_amount_of_cash_received wrong_exchange_rate_for_cash_withdrawal
    """.split()
)
FRONT_MATTER = frozenset(
    """
    id title owner domain audience locale intents reviewed_on review_days tags
    """.split()
)


@dataclass(frozen=True, slots=True)
class Page:
    """One file of the help centre: its front matter, its Markdown and where it lies."""

    path: Path
    meta: dict[str, Any]
    body: str

    @property
    def prose(self) -> str:
        """The body on one line, without emphasis and code marks, as the facts' patterns want it."""
        return " ".join(re.sub(r"\*\*|`", "", self.body).split())

    @property
    def anchors(self) -> frozenset[str]:
        """The fragments of the page's headings, as GitHub writes them."""
        headings = re.findall(r"^#{2,6} (.+)$", self.body, flags=re.MULTILINE)
        return frozenset(re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings)


def _page(path: Path) -> Page:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return Page(path=path, meta=yaml.safe_load(front), body=body.strip())


PAGES = tuple(_page(path) for path in sorted(KB.rglob("*.md")))
CUSTOMER = tuple(page for page in PAGES if page.meta["audience"] == "customer")
INTERNAL = tuple(page for page in PAGES if page.meta["audience"] == "internal")
SHEET: dict[str, Any] = yaml.safe_load((KB / "facts.yaml").read_text(encoding="utf-8"))
FACTS: dict[str, dict[str, Any]] = SHEET["facts"]

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path.stem)
every_fact = pytest.mark.parametrize("name", FACTS)


def test_there_are_enough_articles_for_customers_and_for_agents() -> None:
    assert len(CUSTOMER) >= 75
    assert len(INTERNAL) >= 8


def test_ids_are_unique() -> None:
    ids = [page.meta["id"] for page in PAGES]
    assert sorted(ids) == sorted(set(ids))


def test_articles_for_customers_answer_exactly_the_77_intents() -> None:
    assert len(LABELS) == 77
    assert {intent for page in CUSTOMER for intent in page.meta["intents"]} == LABELS


def test_every_intent_has_an_article_of_its_own() -> None:
    """Overviews serve four intents or more; each intent also needs a narrower article."""
    narrow = {
        i for page in CUSTOMER if len(page.meta["intents"]) <= 3 for i in page.meta["intents"]
    }
    assert narrow == LABELS


@every_page
def test_front_matter_is_complete(page: Page) -> None:
    meta = page.meta
    assert meta.keys() == FRONT_MATTER
    assert meta["id"] == page.path.stem
    assert meta["domain"] == page.path.parent.name
    assert meta["locale"] == "en"
    assert isinstance(meta["reviewed_on"], date)
    assert meta["review_days"] == 180
    assert all(meta[name] for name in ("title", "owner", "tags"))


@every_page
def test_an_article_serves_one_to_eight_intents_and_an_internal_one_none(page: Page) -> None:
    count = len(page.meta["intents"])
    assert count == 0 if page.meta["audience"] == "internal" else 1 <= count <= 8


@every_page
def test_internal_articles_lie_in_the_internal_folder_and_no_others(page: Page) -> None:
    assert (page.meta["audience"] == "internal") == (page.path.parent.name == "internal")


@every_page
def test_the_body_starts_with_a_short_answer(page: Page) -> None:
    lead = page.body.split("\n\n", 1)[0]
    assert not lead.startswith(("#", "|", "-", "1."))
    assert 20 <= len(lead.split()) <= 90


@every_page
def test_the_title_is_not_repeated_in_the_body(page: Page) -> None:
    assert not re.search(r"^# ", page.body, flags=re.MULTILINE)


@every_page
def test_links_and_anchors_resolve(page: Page) -> None:
    by_path = {other.path: other for other in PAGES}
    for target in re.findall(r"\]\(([^)]+)\)", page.body):
        file, _, anchor = target.partition("#")
        other = by_path.get((page.path.parent / file).resolve()) if file else page
        assert other is not None, f"{page.path.name}: no article at {target}"
        assert not anchor or anchor in other.anchors, f"{page.path.name}: no heading at {target}"


@every_page
def test_customer_articles_never_link_to_internal_ones(page: Page) -> None:
    assert page.meta["audience"] == "internal" or "internal/" not in page.body


@every_page
def test_menu_paths_exist_in_the_app(page: Page) -> None:
    named = {path for path in re.findall(r"`([^`]+)`", page.body) if "→" in path}
    assert named <= set(SHEET["menu_paths"])


@every_fact
def test_a_fact_stands_word_for_word_in_the_articles_it_names(name: str) -> None:
    prose = {page.meta["id"]: page.prose.casefold() for page in PAGES}
    fact = FACTS[name]
    assert fact["articles"], f"no article states {name}"
    without = [i for i in fact["articles"] if fact["text"].casefold() not in prose[i]]
    assert not without


@every_fact
def test_no_article_contradicts_a_fact(name: str) -> None:
    pattern = re.compile(FACTS[name]["pattern"], flags=re.IGNORECASE)
    assert pattern.groups == 1
    wrong = {
        (page.meta["id"], match.group(0))
        for page in PAGES
        for match in pattern.finditer(page.prose)
        if match.group(1).casefold() != str(FACTS[name]["value"]).casefold()
    }
    assert not wrong
