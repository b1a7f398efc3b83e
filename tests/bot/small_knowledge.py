"""A help centre of six articles, small enough to be indexed in every test run."""

from pathlib import Path

from bot.content import read_content
from bot.indexing import Indexer, IndexReport
from bot.knowledge import KnowledgeHolder
from retrieval.config import RetrievalSettings
from retrieval.embedder import Embedder
from retrieval.embedder_hashing import HashingEmbedder
from retrieval.load import load

ARTICLES = {
    "top-up": (
        "Top up your account",
        "customer",
        "top_up",
        "You top up by card or by bank transfer.\n\n## Steps\n\nOpen **Add money**, choose an "
        "amount and confirm it. The top up arrives within 5 minutes.\n",
    ),
    "pin": (
        "Find your PIN",
        "customer",
        "pin",
        "Your PIN code stands in the app.\n\n## Steps\n\nOpen **Cards**, then **Show PIN code**, "
        "and unlock it with your face.\n",
    ),
    "balance": (
        "A balance that is not right",
        "customer",
        "balance",
        "Your balance shows payments that are still pending.\n\n## What to do\n\nPull the screen "
        "down to refresh the balance. Pending payments settle within 2 days.\n",
    ),
    "lost-card": (
        "A lost or stolen card",
        "customer",
        "stolen",
        "Freeze a stolen card at once.\n\n## Steps\n\nOpen **Cards**, then **Freeze**. Thieves "
        "cannot pay with a frozen card.\n",
    ),
    "cash": (
        "Withdraw cash abroad",
        "customer",
        "cash",
        "Any machine abroad gives cash.\n\n## Fees\n\nCash withdrawals at machines abroad cost "
        "nothing up to 200 euros a month.\n",
    ),
    "staff-notes": (
        "Top up notes for staff",
        "internal",
        "top_up",
        "Secret: top up your account problems are refunded by the desk. Top up by card fails when "
        "the fraud score is high.\n",
    ),
}
INTENTS = """\
intents:
  top_up:
    tier: low
    articles: [staff-notes, top-up]
    examples:
      - how do i top up my account
      - top up by card
      - top up by bank transfer
      - add money to my account
      - i want to add money by card
      - how long does a top up take
      - where do i add money
      - top up amount
      - can i top up by transfer
      - add money top up
  pin:
    tier: low
    articles: [pin]
    examples:
      - where is my pin code
      - show my pin code
      - i forgot my pin
      - find my pin code in the app
      - what is my pin
      - i need the pin code
      - see pin
      - pin code forgotten
      - look up my pin code
      - reveal pin code
  balance:
    tier: account
    articles: [balance]
    examples:
      - my balance is wrong
      - why is my balance not right
      - balance did not change after a payment
      - the balance shows pending payments
      - wrong balance in the app
      - balance not updated
      - my balance is too low
      - pending payments change my balance
      - balance looks wrong
      - refresh my balance
  stolen:
    tier: high
    articles: [lost-card]
    examples:
      - my card was stolen
      - a thief stole my card
      - somebody took my wallet and card
      - stolen card freeze it
      - thieves took my card
      - my stolen card is used by thieves
      - card stolen yesterday
      - freeze my stolen card
      - robbed and card stolen
      - i was robbed
  cash:
    tier: low
    articles: [cash]
    examples:
      - withdraw cash abroad
      - cash machine abroad fees
      - can i get cash at machines abroad
      - how much cash can i withdraw
      - cash withdrawal limit abroad
      - fees of a cash machine
      - withdraw euros from a machine
      - cash abroad
      - cash withdrawals at machines
      - which machine gives cash
out_of_scope: [what is the weather tomorrow, who won the football game]
small_talk: [good morning, how are you doing]
thanks: [thank you very much, many thanks]
handoff_phrases: [branch visit]
"""
POLICY = """\
version: "small"
thresholds:
  high_risk: 0.5
  offer_agent: 0.4
  in_scope: 0.3
  certain: 1.0
  answer: 0.8
  clarify: 0.5
  option: 0.1
"""


def write_small(folder: Path, *, intents: bool = True) -> Path:
    """Write the articles, and intents and policy where they are wanted."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (title, audience, served, body) in ARTICLES.items():
        front = f"id: {name}\ntitle: {title}\naudience: {audience}\n"
        front += f"intents: [{served}]\n" if intents else ""
        (folder / f"{name}.md").write_text(
            f"---\n{front}---\n\n# {title}\n\n{body}", encoding="utf-8"
        )
    if intents:
        (folder / "intents.yaml").write_text(INTENTS, encoding="utf-8")
        (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return folder


def quiet(stage: str, done: int, total: int) -> None:
    """Ignore progress."""


def indexer(data: Path, embedder: Embedder | None = None) -> Indexer:
    """Index with hashed words; card numbers made of fours are what the redactor masks."""
    return Indexer(
        data,
        RetrievalSettings(),
        embedder or HashingEmbedder(),
        lambda text: text.replace("4444", "[CARD_1]"),
        quiet,
    )


def index_small(kb: Path, data: Path, examples: Path | None = None) -> IndexReport:
    """Index a folder."""
    return indexer(data).run(read_content(kb), examples)


def holder(data: Path, embedder: Embedder | None = None) -> KnowledgeHolder:
    """What was indexed, loaded."""
    opened = embedder or HashingEmbedder()
    return KnowledgeHolder(data, lambda: load(data, RetrievalSettings(), opened))
