import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bot.gate import Gate
from bot.vault import Vault
from bot.vault_keys import VaultKeys
from redaction.build import build_redactor
from redaction.config import RedactionSettings
from redaction.findings import Finding
from redaction.redactor import WITHHELD, RedactedText, Redaction

RAW = "my card is 4111 1111 1111 1111"
FINDING = Finding(11, 30, "CARD", 1.0)


@pytest.fixture
def rules() -> Gate:
    return Gate(build_redactor(RedactionSettings(named_entities=False), b"k" * 32))


class Fake:
    """Redacts everything, fails, or takes its time; keeps what it was handed."""

    def __init__(self, error: Exception | None = None, seconds: float = 0.0) -> None:
        self.error = error
        self.seconds = seconds
        self.handed: list[tuple[object, ...]] = []

    def redact(
        self,
        text: str,
        placeholders: Mapping[str, str] | None = None,
        locale: str = "en",
        recent: Sequence[str] = (),
        asked: str = "",
    ) -> Redaction:
        del asked
        self.handed.append((text, placeholders, locale, recent))
        time.sleep(self.seconds)
        if self.error:
            raise self.error
        known = {**(placeholders or {}), "digest": "[CARD_1]"}
        return Redaction(RedactedText("my card is [CARD_1]"), (FINDING,), known)


async def test_a_redacted_text_is_admitted() -> None:
    redactor = Fake()
    known = {"old": "[NAME_1]"}
    admission = await Gate(redactor).admit(RAW, known, ["before"], "en-GB")
    assert (admission.text, admission.withheld) == ("my card is [CARD_1]", False)
    assert admission.findings == (FINDING,)
    assert admission.placeholders == {"old": "[NAME_1]", "digest": "[CARD_1]"}
    assert known == {"old": "[NAME_1]"}
    assert redactor.handed == [(RAW, known, "en-GB", ["before"])]


@pytest.mark.parametrize(
    "error", [ValueError(RAW), RuntimeError(RAW), MemoryError(RAW), KeyError()]
)
async def test_a_redactor_that_fails_withholds_the_text(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    admission = await Gate(Fake(error)).admit(RAW, {"old": "[NAME_1]"})
    assert (admission.text, admission.withheld) == (WITHHELD, True)
    assert (admission.findings, admission.placeholders) == ((), {"old": "[NAME_1]"})
    assert type(error).__name__ in caplog.text
    assert "4111" not in caplog.text


async def test_a_redactor_that_is_late_withholds_the_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    started = time.perf_counter()
    admission = await Gate(Fake(seconds=0.3), timeout=0.05).admit(RAW)
    assert time.perf_counter() - started < 0.25
    assert (admission.text, admission.withheld) == (WITHHELD, True)
    assert "TimeoutError" in caplog.text


async def test_a_redactor_within_its_time_is_waited_for() -> None:
    admission = await Gate(Fake(seconds=0.05), timeout=5).admit(RAW)
    assert not admission.withheld


async def test_a_slow_text_does_not_hold_up_the_others() -> None:
    slow, fast = Gate(Fake(seconds=0.2)), Gate(Fake())
    waiting = asyncio.create_task(slow.admit(RAW))
    started = time.perf_counter()
    await fast.admit(RAW)
    assert time.perf_counter() - started < 0.15
    await waiting


@pytest.mark.parametrize(
    "raw", ["m1", "0b7c", "a-b-c-12345", "3f6c1a52-9d2e-4c11-8a55-6b0f1d7e9c3a"]
)
async def test_a_random_id_is_kept_as_it_is(raw: str, rules: Gate) -> None:
    assert await rules.safe_id(raw) == raw


@pytest.mark.parametrize("raw", ["4111111111111111", "jane@example.com", "+447700900123"])
async def test_an_id_that_tells_is_kept_as_a_keyed_digest(raw: str, rules: Gate) -> None:
    kept = await rules.safe_id(raw)
    assert kept == await rules.safe_id(raw) != await rules.safe_id(raw.replace("1", "2") + "x")
    assert kept is not None
    assert re.fullmatch("[0-9a-f]{32}", kept)
    other = Gate(build_redactor(RedactionSettings(named_entities=False), b"o" * 32))
    assert await other.safe_id(raw) != kept


async def test_an_id_that_cannot_be_redacted_is_none() -> None:
    assert await Gate(Fake(ValueError())).safe_id("4111111111111111") is None


async def test_values_are_sealed_for_their_conversation_and_for_nothing_else(
    tmp_path: Path,
) -> None:
    settings = RedactionSettings(named_entities=False)
    vault = Vault(VaultKeys(tmp_path))
    gate = Gate(build_redactor(settings, b"k" * 32), vault=vault)
    assert (await gate.admit("mail jane@example.com")).sealed == ()
    admission = await gate.admit("mail jane@example.com, cvv 739", owner="c1")
    [sealed] = admission.sealed
    assert vault.open("c1", sealed) == "jane@example.com"
    assert "jane" not in repr(admission)


async def test_a_vault_that_fails_keeps_nothing_and_lets_the_message_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = RedactionSettings(named_entities=False)
    keys = VaultKeys(tmp_path)
    keys.newest()
    (tmp_path / "keys" / "vault.keys").write_text("damaged", "ascii")
    gate = Gate(build_redactor(settings, b"k" * 32), vault=Vault(keys))
    admission = await gate.admit("mail jane@example.com", owner="c1")
    assert (admission.text, admission.sealed) == ("mail [EMAIL_1]", ())
    assert "vault failed error=KeyFileError" in caplog.text
    assert "jane" not in caplog.text
