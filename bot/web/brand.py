"""What makes an installation the deployer's own: name, accent colour, greeting, questions.

Errors::

    ValueError
    └── BrandError   a setting that cannot be used, with its name and the way out
"""

import re
from dataclasses import dataclass

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_WHITE = "#ffffff"
_BLACK = "#101418"
_LIGHT_GROUND = "#f4f6f8"  # the palest surface that accent-coloured text stands on
_DARK_GROUND = "#1f262d"  # the brightest surface of the dark scheme
_READABLE = 4.5  # WCAG 2.2, 1.4.3: contrast of normal text


class BrandError(ValueError):
    """A brand setting that cannot be used."""


@dataclass(frozen=True, slots=True)
class Brand:
    """How an installation presents itself.

    Attributes:
        name: The company, as customers know it; empty when nobody said.
        accent: The one accent colour, ``#rrggbb``.
        greeting: First line of an empty chat.
        abilities: What the assistant can do, one short line each, shown under the greeting.
        suggested_questions: Questions a customer can ask with one click.
        hours: When people answer, in words; empty when not known.
    """

    name: str = ""
    accent: str = "#0b6e5f"
    greeting: str = "Hello! What can we help you with?"
    abilities: tuple[str, ...] = (
        "I answer from our help articles and show you which one.",
        "Where it needs a person, a colleague takes over.",
    )
    suggested_questions: tuple[str, ...] = ()
    hours: str = ""

    def __post_init__(self) -> None:
        if not self.greeting.strip():
            raise BrandError("the greeting is empty: give one friendly line")
        if not _HEX.fullmatch(self.accent):
            raise BrandError(
                f"the accent colour {self.accent!r} is not a hex colour: write it as #rrggbb, "
                "for example #0b6e5f"
            )

    @property
    def site_name(self) -> str:
        """What the help site is called."""
        return f"{self.name} Help" if self.name else "Help centre"

    @property
    def chat_name(self) -> str:
        """What the chat is called."""
        return f"{self.name} chat" if self.name else "Help chat"

    @property
    def initial(self) -> str:
        """The one letter of the sign beside the name."""
        return self.name[:1] or "?"

    @property
    def accent_text(self) -> str:
        """Text colour that reads best on the accent."""
        return max((_WHITE, _BLACK), key=lambda colour: contrast(colour, self.accent))

    @property
    def ink_on_light(self) -> str:
        """The accent, darkened until it can be read as text on light ground."""
        return _readable(self.accent, _LIGHT_GROUND, _BLACK)

    @property
    def ink_on_dark(self) -> str:
        """The accent, lightened until it can be read as text on dark ground."""
        return _readable(self.accent, _DARK_GROUND, _WHITE)

    def stylesheet(self) -> str:
        """The brand's colours as CSS custom properties; needs no inline style."""
        return (
            ":root{"
            f"--accent:{self.accent};--accent-text:{self.accent_text};"
            f"--accent-ink:{self.ink_on_light};"
            "}\n@media (prefers-color-scheme:dark){:root{"
            f"--accent-ink:{self.ink_on_dark};"
            "}}\n"
        )


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, “contrast ratio”)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, “relative luminance”)."""
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _readable(colour: str, ground: str, towards: str) -> str:
    """The first of 21 mixes of a colour with black or white that reads on the ground."""
    for step in range(21):
        mixed = _mix(colour, towards, step / 20)
        if contrast(mixed, ground) >= _READABLE:
            return mixed
    return towards


def _mix(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
