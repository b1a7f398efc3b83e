"""The check-digit rules that tell a real number from a random one."""

import hashlib

_LUHN_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)

# Verhoeff, J. (1969), Error Detecting Decimal Codes: multiplication in the dihedral group D5,
# and the permutation applied at each place.
_VERHOEFF_TIMES = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_VERHOEFF_PLACE = (
    "0123456789", "1576283094", "5803796142", "8916043527",
    "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit (ISO/IEC 7812-1)."""
    total = sum(map(int, digits[-1::-2]))
    total += sum(_LUHN_DOUBLED[int(digit)] for digit in digits[-2::-2])
    return total % 10 == 0


def verhoeff(digits: str) -> bool:
    """Whether the last digit is the Verhoeff check digit."""
    state = 0
    for place, digit in enumerate(reversed(digits)):
        permuted = int(_VERHOEFF_PLACE[place % 8][int(digit)])
        state = int(_VERHOEFF_TIMES[state][permuted])
    return state == 0


def mod97(letters: str) -> bool:
    """Whether an IBAN's check digits fit (ISO 7064 MOD 97-10); ASCII letters and digits only."""
    turned = (letters[4:] + letters[:4]).upper()
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE58 = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_STEPS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_ENDS = frozenset({1, 0x2BC830A3})  # BIP 173, BIP 350


def base58check(letters: str) -> bool:
    """Whether an address of Bitcoin's family, or Ripple's, ends in its own checksum."""
    alphabet = _RIPPLE58 if letters.startswith("r") else _BASE58
    number = 0
    for letter in letters:
        place = alphabet.find(letter)
        if place < 0:
            return False
        number = number * 58 + place
    raw = number.to_bytes(25, "big") if number < 1 << 200 else b""
    once = hashlib.sha256(raw[:-4]).digest()
    return bool(raw) and hashlib.sha256(once).digest()[:4] == raw[-4:]


def bech32(letters: str) -> bool:
    """Whether a segwit address ends in its own checksum (BIP 173)."""
    head, _, data = letters.lower().rpartition("1")
    if not head or any(letter not in _BECH32 for letter in data):
        return False
    values = [ord(each) >> 5 for each in head] + [0] + [ord(each) & 31 for each in head]
    check = 1
    for value in [*values, *map(_BECH32.index, data)]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, step in enumerate(_BECH32_STEPS):
            if top >> place & 1:
                check ^= step
    return check in _BECH32_ENDS


def mod11_10(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO 7064 MOD 11,10."""
    state = 10
    for digit in digits[:-1]:
        state = (int(digit) + state) % 10 or 10
        state = state * 2 % 11
    return (11 - state) % 10 == int(digits[-1])


def weighted(digits: str, weights: tuple[int, ...]) -> int:
    """The weighted sum of the first digits."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))
