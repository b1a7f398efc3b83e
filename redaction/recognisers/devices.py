"""IP and hardware addresses, device numbers, crypto wallets, vehicle plates."""

# ruff: noqa: E501 - a pattern reads best in one piece

import ipaddress
import re
from collections.abc import Iterator

from redaction.findings import Finding
from redaction.recognisers.checksum import base58check, bech32, luhn
from redaction.recognisers.cued import Cued
from redaction.recognisers.phrases import LINK

_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_VERSION = re.compile(
    r"\b(?:v|ver|version|release|build|firmware|ios|android|app|update)\W{0,3}(?:\w+\W)?\Z",
    re.IGNORECASE,
)
_IPV6 = re.compile(
    r"(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:(?:\.\d{1,3}){3})?(?![\w:])", re.IGNORECASE
)
_MAC = re.compile(
    r"(?<![\w:\-])(?:[0-9a-f]{2}([:\-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![\w:\-])|(?<!\w)(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}(?!\w)",
    re.IGNORECASE,
)
_IMEI = Cued(
    "imei|meid|imsi|iccid|eid",
    rf"\b(?:imei|meid|imsi|iccid|eid)\b{LINK}(\d(?:[ \-/]?\d){{13,19}})(?!\d)",
)
_SERIAL = Cued(
    "serial|s/n|device|udid|android|advert",
    rf"\b(?:serial(?: number| no| nr)?|s/n|device id|udid|android id|advertising id)\b{LINK}((?=[A-Z\-]*\d)[A-Z0-9][A-Z0-9\-]{{7,39}})(?!\w)",
)
_VIN = Cued(
    "vin|chassis|fahrgestell",
    rf"\b(?:vin|chassis|fahrgestell(?:nummer)?)\b{LINK}((?=[A-Z]{{0,12}}\d)[A-HJ-NPR-Z0-9]{{17}})(?!\w)",
)
_ETH = Cued("0x", r"(?<!\w)0x[0-9a-f]{40}(?!\w)")
_BASE58 = re.compile(r"(?<!\w)[13LMDATr][1-9A-HJ-NP-Za-km-z]{24,34}(?!\w)")
_SEGWIT = Cued("bc1|ltc1|tb1", r"(?<!\w)(?:bc|ltc|tb)1[02-9ac-hj-np-z]{11,71}(?!\w)")
_WALLET = Cued(
    "monero|xmr|sol|cardano|ada|wallet|crypto",
    rf"\b(?:monero|xmr|solana|sol|cardano|ada|wallet(?: address)?|crypto address)\b{LINK}((?=[A-Za-z0-9_]{{0,30}}\d)[A-Za-z0-9_]{{32,110}})(?!\w)",
)
_PLATE = Cued(
    "plate|reg|vrn|immatric|kenteken|tablic|kennzei|plaque|matr|targa",
    rf"\b(?:(?:number|license|licence|registration|car|vehicle|reg)[ -]?plates?|vehicle reg(?:istration)?|car reg(?:istration)?|reg(?:istration)? (?:number|no)|vrn|immatriculation|kenteken|tablic[ea]|kennzeichen|plate (?:number|no)|plates?|plaque|matr[ií]cula|targa)\b{LINK}((?=[A-Z0-9 \-]{{0,9}}\d)[A-Z0-9]{{1,4}}(?:[ \-]?[A-Z0-9]{{1,4}}){{1,2}})(?!\w)",
)


_UK_PLATE = re.compile(r"(?<!\w)[A-Z]{2}\d{2} ?[A-Z]{3}(?!\w)")
_VEHICLE = re.compile(
    r"\b(?:reg|registration|car|van|motorbike|vehicle|plates?|parked|parking)\b", re.IGNORECASE
)


def find(text: str) -> Iterator[Finding]:
    """Addresses of machines and wallets by shape; serial numbers and plates by context."""
    yield from _ip(text)
    for match in _MAC.finditer(text):
        yield Finding(*match.span(), "DEVICE", 0.95)
    for match in _IMEI.finditer(text):
        digits = "".join(filter(str.isdigit, match.group(1)))
        yield Finding(*match.span(1), "DEVICE", 0.95 if luhn(digits) else 0.8)
    for match in _SERIAL.finditer(text):
        yield Finding(*match.span(1), "DEVICE", 0.8)
    for match in _VIN.finditer(text):
        yield Finding(*match.span(1), "DEVICE", 0.9)
    yield from _wallets(text)
    plates = list(_UK_PLATE.finditer(text))
    if plates and _VEHICLE.search(text):
        for match in plates:
            yield Finding(*match.span(), "PLATE", 0.7)
    for match in _PLATE.finditer(text):
        if any(map(str.isalpha, match.group(1))):
            yield Finding(*match.span(1), "PLATE", 0.85)


def _wallets(text: str) -> Iterator[Finding]:
    for match in _ETH.finditer(text):
        yield Finding(*match.span(), "CRYPTO", 0.9)
    for pattern, fits in ((_BASE58, base58check), (_SEGWIT, bech32)):
        for match in pattern.finditer(text):
            if fits(match.group()):
                yield Finding(*match.span(), "CRYPTO", 1.0)
    for match in _WALLET.finditer(text):
        yield Finding(*match.span(1), "CRYPTO", 0.8)


def _ip(text: str) -> Iterator[Finding]:
    for match in _IPV4.finditer(text):
        parts = match.group().split(".")
        if all(int(part) <= 255 for part in parts) and not _VERSION.search(
            text[max(0, match.start() - 24) : match.start()]
        ):
            yield Finding(*match.span(), "IP", 0.9)
    if text.count(":") >= 2:
        for match in _IPV6.finditer(text):
            value = match.group()
            try:
                ipaddress.IPv6Address(value)
            except ValueError:
                continue
            if len(value) > 6 and any(map(str.isdigit, value)):
                yield Finding(*match.span(), "IP", 0.9)
