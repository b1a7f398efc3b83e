import shutil
from datetime import timedelta
from pathlib import Path

from bot.backup_file import LAST
from bot.figures import figures
from bot.metrics import Figure, Metrics
from bot.spend import Account, Caps, Cost
from bot.store import Store
from tests.bot.small_store import NOW, handed_over


def test_requests_and_turns_are_counted_by_words_of_ours_alone() -> None:
    metrics = Metrics(lambda: [Figure("firstline_x_seconds", "X.", 1.5)])
    metrics.request("POST", "/v1/conversations/{conversation_id}/messages", 200, 0.2)
    metrics.request("EVIL-jane@example.com", "-", 405, 0.01)
    metrics.turn("answer", "", 0.2)
    metrics.turn("handoff", "high_risk", 30.0)
    told = metrics.exposed().decode()
    for line in (
        'firstline_http_requests_total{method="other",route="-",status="405"} 1.0',
        'firstline_decisions_total{kind="handoff",reason="high_risk"} 1.0',
        'firstline_turn_seconds_bucket{le="0.25"} 1.0',
        'firstline_turn_seconds_bucket{le="+Inf"} 2.0',
        "firstline_x_seconds 1.5",
        "process_resident_memory_bytes ",
    ):
        assert line in told
    assert "jane" not in told


def test_what_waits_is_counted_with_its_age(store: Store, tmp_path: Path) -> None:
    ask = figures(store, tmp_path, lambda: NOW + timedelta(seconds=90))
    before = {each.name: each.value for each in ask()}
    assert before["firstline_queue_waiting"] == before["firstline_queue_oldest_seconds"] == 0
    handed_over(store)
    taken = handed_over(store, NOW + timedelta(seconds=30))
    ticket = store.handoffs.open_of(taken.id)
    assert ticket is not None
    store.handoffs.claim(ticket.id, "Ana", NOW)
    today = Caps().entries(Account(), NOW.date())
    store.spend.correct(today, Cost(2, 200, 100, 500_000))
    (tmp_path / LAST).write_text("2026-11-23T09:00:00+00:00\n")
    assert {each.name: each.value for each in ask()} == {
        "firstline_store_up": 1,
        "firstline_outbox_waiting": 2,
        "firstline_outbox_oldest_seconds": 90,
        "firstline_outbox_dead": 0,
        "firstline_queue_waiting": 1,
        "firstline_queue_oldest_seconds": 90,
        "firstline_model_calls_today": 2,
        "firstline_model_tokens_today": 300,
        "firstline_model_money_today": 0.5,
        "firstline_queue_overdue": 0,
        "firstline_queue_claimed": 1,
        "firstline_last_backup_timestamp_seconds": NOW.timestamp(),
    }


def test_figures_are_told_while_the_database_is_down(tmp_path: Path, sqlite_blank: Path) -> None:
    shutil.copyfile(sqlite_blank, tmp_path / "firstline.db")
    store = Store.in_folder(tmp_path)
    (tmp_path / "firstline.db").write_bytes(b"no database" * 1000)
    told = Metrics(figures(store, tmp_path, lambda: NOW)).exposed().decode()
    assert "firstline_store_up 0.0" in told
    store.close()
