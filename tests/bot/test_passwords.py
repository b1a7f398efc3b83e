import pytest

from bot.passwords import PasswordWeak, hash_password, is_outdated, is_password

GOOD = "correct horse battery"


def test_a_password_fits_its_hash_alone() -> None:
    stored = hash_password(GOOD)
    assert stored.startswith("$argon2id$")
    assert GOOD not in stored
    assert is_password(GOOD, stored)
    assert not is_password(GOOD + " ", stored)
    assert not is_password("", stored)
    assert not is_outdated(stored)
    assert hash_password(GOOD) != stored


@pytest.mark.parametrize("stored", [None, "", "rubbish", "$argon2id$v=19$m=1,t=1,p=1$x$y"])
def test_nothing_fits_a_missing_or_damaged_hash(stored: str | None) -> None:
    assert not is_password(GOOD, stored)


@pytest.mark.parametrize("password", ["\ud800" * 12, "x" * 100_000, "é" * 20, "\x00" * 20])
def test_odd_input_is_only_wrong(password: str) -> None:
    assert not is_password(password, hash_password(GOOD))


@pytest.mark.parametrize(
    "password",
    ["", "short", "x" * 11, "x" * 257, "a" * 20, "anna.gilmore@example.com", "Anna Gilmore 2026",
     "anna.gilmore2026", "121212121212"],
)  # fmt: skip
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(PasswordWeak):
        hash_password(password, login="anna.gilmore@example.com", name="Anna Gilmore")


@pytest.mark.parametrize("password", [GOOD, "x7!kq-99-ßü-lang", "anna has four green boats"])
def test_an_unrelated_one_is_taken(password: str) -> None:
    assert hash_password(password, login="anna.gilmore@example.com", name="Anna Gilmore")
