"""Values that stand in made-up wordings: passwords, codes, amounts, products."""

import random
import string
from collections.abc import Callable, Iterator

from redaction.kinds import mask_of

_WORDS = (
    """
    sunshine banana buttercup chocolate monkey dragon rainbow lavender pineapple tigger bailey molly
    liverpool arsenal butterfly diamond elephant kitten princess moonlight strawberry guitar
    cinnamon marmalade october snowball gandalf pumpkin biscuit rover fluffy whiskers sparrow
    letmein welcome qwerty iloveyou superman batman starwars pokemon yorkshire barcelona marseille
    soleil chaton gatito sommer blume schatz tulipan krakow ankara lisboa roma amore fietsbel sommar
    daffodil kermit hedgehog tangerine bluebell penguin trombone gooseberry marmite unicorn
    teddybear manutd daisychain moonshine rosebud thunderbolt peppermint clementine saxophone
    seagull toffee jellybean mulberry sycamore tarantula wombat snickers tinkerbell blackbird
    erdbeere regenbogen waldmeister apfelbaum schmetterling coquelicot tournesol papillon bretagne
    amapola girasol mariposa pelusa girasole farfalla andorinha morango tulpenveld vlinder
    truskawka motylek blabar smultron solsikke jordbaer papatya karabas greenlamp southwind
    Bramble Rosie Fido Zebra Ashbourne Kowalczyk Pemberton Buster Tigger Milo Snoopy Coco Luna
    """
).split()


def _digits(count: int, chance: random.Random) -> str:
    return "".join(chance.choices(string.digits, k=count))


def _mixed(count: int, chance: random.Random) -> str:
    return "".join(chance.choices("ABCDEFGHJKMNPQRSTUVWXYZ23456789", k=count))


def value(slot: str, kind: str, chance: random.Random) -> tuple[str, str]:
    """What stands in a slot, and which secret it is, or nothing."""
    if slot in {"$", "$$"}:
        return _SECRETS[kind](chance), kind
    if slot.startswith("{"):
        return _SECRETS[slot[1:-1]](chance), slot[1:-1]
    if slot in {"@v", "@w"} and kind == "PASSWORD":
        return _OTHERS[slot](chance), kind
    return _OTHERS[slot](chance), ""


def _password(chance: random.Random) -> str:
    word = chance.choice(_WORDS)
    word = chance.choice((word, word.capitalize(), word.upper() if len(word) < 7 else word))
    year = str(chance.randint(1950, 2025))
    number = chance.choice((_digits(2, chance), year, _digits(3, chance), _digits(1, chance)))
    sign = chance.choice("!#$%&*?_@-+.")
    letters = string.ascii_letters + string.digits
    return chance.choice(
        (
            word + number,
            word + number,
            word + number,
            word + number + "!",
            word + sign + number,
            word + "_" + chance.choice(_WORDS),
            sign.replace(".", "!") + word + number,
            number + word,
            word[:3] + number + word[3:],
            "".join(chance.choices(letters, k=chance.randint(7, 12))) + number,
            word.replace("o", "0").replace("e", "3").replace("i", "1").replace("a", "@") + "1",
            chance.choice(_WORDS) + "-" + chance.choice(_WORDS) + number,
            f"{word}-{chance.choice(_WORDS)}-{number}",
            word + chance.choice(".-&_=") + chance.choice(_WORDS),
        )
    )


def _phrase(chance: random.Random) -> Iterator[str]:
    """Two to five plain words."""
    pattern = chance.choice(_PHRASES).split()
    for word in pattern:
        yield chance.choice(_WORDS).lower() if word == "w" else word


def _code(chance: random.Random) -> str:
    six = _digits(6, chance)
    return chance.choice(
        (
            *(six,) * 6,
            f"{six[:3]} {six[3:]}",
            f"{six[:3]}-{six[3:]}",
            " ".join(six),
            *(_digits(count, chance) for count in (4, 5, 7, 8)),
            _mixed(5, chance) + "7",
            f"{_mixed(3, chance)}4-{_mixed(4, chance)}",
            f"{_mixed(2, chance)}-{_digits(4, chance)}-{_mixed(2, chance)}",
            f"{_mixed(2, chance)} {six[:2]} {six[2:4]} {_mixed(2, chance)}",
            f"{six[:4]}-{_digits(3, chance)}-{six[2:]}",
        )
    )


def _pin(chance: random.Random) -> str:
    four = _digits(4, chance)
    return chance.choice(
        (
            *(four,) * 7,
            str(chance.randint(1950, 2012)),
            _digits(5, chance),
            _digits(6, chance),
            " ".join(four),
            f"{four[:2]} {four[2:]}",
        )
    )


def _cvv(chance: random.Random) -> str:
    three = _digits(3, chance)
    return chance.choice((*(three,) * 6, _digits(4, chance), " ".join(three)))


def _clock(chance: random.Random) -> str:
    return f"{chance.randint(0, 23):02}{chance.choice((0, 15, 30, 45)):02}"


def _number(chance: random.Random) -> str:
    drawn = chance.choice(
        (
            _digits(chance.randint(3, 8), chance),
            _digits(chance.randint(3, 6), chance),
            str(chance.randint(1, 99) * 100),
            str(chance.randint(10, 300) * 10),
            str(chance.randint(100, 9999)),
        )
    )
    return drawn.lstrip("0") or "120"


def _product(chance: random.Random) -> str:
    name = chance.choice(("iphone", "iPhone", "galaxy-s", "Windows", "pixel", "WH-", "RTX", "A"))
    return name + _digits(chance.randint(1, 4), chance) + chance.choice(("", "", "XM5", "s", "Pro"))


def _order(chance: random.Random) -> str:
    letters = "".join(chance.choices(string.ascii_uppercase, k=chance.randint(2, 4)))
    return letters + chance.choice(("", "-")) + _digits(chance.randint(4, 7), chance)


def _promotion(chance: random.Random) -> str:
    word = chance.choice(("SAVE", "SUMMER", "WELCOME", "SPRING", "DEAL"))
    return word + chance.choice((_digits(2, chance), "2025", "10"))


def _user(chance: random.Random) -> str:
    names = ("john", "anna", "peter.k", "mark_", "sue", chance.choice(_WORDS).lower())
    return chance.choice(names) + _digits(2, chance)


def _key(chance: random.Random) -> str:
    letters = string.ascii_letters + string.digits
    return chance.choice(("kst_", "sk-", "", "key-")) + "".join(chance.choices(letters, k=16))


def _mask(chance: random.Random) -> str:
    return mask_of(chance.choice(("API_KEY", "PHONE", "EMAIL", "ACCOUNT", "ADDRESS")))


_PHRASES = (
    "w w|w w w|w w w w|w and w|four w w|two small w|green w|my little w|the old w w|w on toast"
    "|w in the rain|three blue w|w loves w|running with w|happy w|seven w|open the w"
).split("|")
_COUNTS = "24/7 10am 3rd 24hours e-mail2 2x a4 4g 5G covid19 mp3 v2.1 3.5%".split()
_SECRETS = {"CVV": _cvv, "PIN": _pin, "CODE": _code, "PASSWORD": _password, "NONE": _pin}
_OTHERS: dict[str, Callable[[random.Random], str]] = {
    "#year": lambda chance: str(chance.randint(1990, 2027)),
    "#clock": _clock,
    "#": _number,
    "@v": lambda chance: " ".join(_phrase(chance)),
    "@w": lambda chance: chance.choice(_WORDS),
    "@k": _product,
    "@m": _mask,
    "@o": _order,
    "@p": _promotion,
    "@q": lambda chance: f"{_mixed(3, chance)}7-{_mixed(3, chance)}",
    "@r": _key,
    "@t": lambda chance: chance.choice(_COUNTS),
    "@u": _user,
}
