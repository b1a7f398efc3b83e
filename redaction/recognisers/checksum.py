"""The check-digit rules that tell a real number from a random one."""

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


def weighted(digits: str, weights: tuple[int, ...]) -> int:
    """The weighted sum of the first digits."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))
