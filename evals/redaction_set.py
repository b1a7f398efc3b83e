"""Reads sets of labelled personal data: JSONL of ``text`` and ``spans``, and label mappings.

A row is ``{"text": …, "spans": [{"start", "end", "type", "value"?}], "keep"?: …, "language"?: …}``;
``type`` may as well be called ``label``, ``kind`` or ``entity_type``.
``keep`` lists what must stay, as spans or as strings of the text; a span whose label maps to
``KEEP`` counts the same. A mapping file (YAML or JSON) gives each label a kind of ours, several,
``KEEP``, or null for a label that we have no kind for. Every error names the file and the line.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from evals.errors import SuiteError
from redaction.kinds import KINDS

BUILT_IN = "builtin"
KEEP = "KEEP"
"""What a label that must stay maps to."""

Part = Literal["all", "development", "held-out"]
PARTS: tuple[Part, ...] = ("all", "development", "held-out")

_NAMES = {
    "NAME": "PERSON PERSON_NAME FULL_NAME FIRST_NAME LAST_NAME GIVEN_NAME SURNAME",
    "CARD": "CREDIT_CARD CREDIT_CARD_NUMBER CREDIT_DEBIT_CARD PAYMENT_CARD CARD_NUMBER PAN",
    "CVV": "CREDIT_CARD_CVV CVC CARD_CVV SECURITY_CODE",
    "EXPIRY": "CREDIT_CARD_EXPIRY CARD_EXPIRY EXPIRATION_DATE",
    "PIN": "PIN_CODE PIN_NUMBER",
    "PASSWORD": "PASSPHRASE SECRET",
    "CODE": "OTP ONE_TIME_CODE VERIFICATION_CODE",
    "API_KEY": "TOKEN JWT ACCESS_TOKEN PRIVATE_KEY SECRET_KEY",
    "IBAN": "IBAN_CODE",
    "ACCOUNT": "BANK_ACCOUNT BANK_ACCOUNT_NUMBER ACCOUNT_NUMBER US_BANK_NUMBER SORT_CODE "
    "ROUTING_NUMBER BANK_ROUTING_NUMBER ABA_ROUTING_NUMBER",
    "EMAIL": "EMAIL_ADDRESS",
    "PHONE": "PHONE_NUMBER TELEPHONE TELEPHONE_NUMBER MOBILE",
    "ADDRESS": "STREET_ADDRESS STREET",
    "POSTCODE": "ZIP_CODE ZIP ZIPCODE POSTAL_CODE POST_CODE",
    "DOB": "DATE_OF_BIRTH BIRTH_DATE BIRTHDAY",
    "SSN": "US_SSN SOCIAL_SECURITY_NUMBER US_ITIN",
    "NATIONAL_ID": "UK_NINO NINO TAX_ID IT_FISCAL_CODE ES_NIF ES_NIE IN_AADHAAR IN_PAN SG_NRIC_FIN "
    "AU_TFN PL_PESEL FI_PERSONAL_IDENTITY_CODE NATIONAL_ID_NUMBER ID_NUMBER",
    "PASSPORT": "US_PASSPORT PASSPORT_NUMBER IT_PASSPORT IN_PASSPORT UK_PASSPORT",
    "LICENCE": "US_DRIVER_LICENSE DRIVER_LICENSE DRIVERS_LICENSE DRIVING_LICENCE LICENSE "
    "DRIVER_LICENSE_NUMBER IT_DRIVER_LICENSE",
    "HEALTH_ID": "MEDICAL_RECORD_NUMBER UK_NHS PATIENT_ID AU_MEDICARE INSURANCE_ID MEDICAL_RECORD "
    "HEALTH_INSURANCE_NUMBER MEDICARE_NUMBER NHS_NUMBER",
    "IP": "IP_ADDRESS IPV4 IPV6",
    "DEVICE": "MAC_ADDRESS IMEI DEVICE_ID",
    "CRYPTO": "CRYPTO_WALLET CRYPTO_ADDRESS BITCOIN_ADDRESS",
    "PLATE": "LICENSE_PLATE NUMBER_PLATE VEHICLE_REGISTRATION IN_VEHICLE_REGISTRATION",
}
_NO_KIND = (
    "GPE LOCATION CITY COUNTRY STATE ORGANIZATION ORG ORGANIZATION_NAME COMPANY DATE_TIME DATE "
    "TIME TIMESTAMP TITLE JOB_TITLE AGE NRP DOMAIN_NAME URL USERNAME SYSTEM HEALTH_CONDITION "
    "MEDICATION_NAME"
)

Targets = frozenset[str]
KindsByLabel = Mapping[str, Targets]

DEFAULT_MAPPING: KindsByLabel = {
    **{label: frozenset() for label in _NO_KIND.split()},
    **{label: frozenset({kind}) for kind, labels in _NAMES.items() for label in labels.split()},
    **{kind: frozenset({kind}) for kind in KINDS},
    **{label: frozenset({KEEP}) for label in ("KEEP", "MUST_KEEP", "MUST_STAY")},
}
"""Common label names, read without a mapping file; an empty set: we have no such kind."""


class _Stretch(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(gt=0)]


class _Span(_Stretch):
    type: Annotated[
        str,
        Field(
            min_length=1,
            validation_alias=AliasChoices("type", "label", "kind", "entity_type"),
        ),
    ]
    value: str | None = None


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str
    spans: tuple[_Span, ...]
    keep: tuple[_Stretch | str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    """A labelled stretch of a text.

    Attributes:
        start: First character.
        end: One past the last.
        label: The set's own name for it.
        kinds: Kinds of ours that it may carry; empty where we have none.
    """

    start: int
    end: int
    label: str
    kinds: Targets


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with its personal data and what must stay."""

    text: str
    locale: str
    spans: tuple[LabelledSpan, ...]
    keep: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RedactionSet:
    """A set and where it came from.

    Attributes:
        name: File name.
        sha256: Of the file's bytes.
        part: Which part of it was read.
        rows: In file order.
        misaligned: Spans dropped since their ``value`` does not stand where they point.
        unmapped: Labels without an entry in the mapping; they count as personal data of no kind.
    """

    name: str
    sha256: str
    part: Part
    rows: tuple[LabelledText, ...]
    misaligned: int
    unmapped: tuple[str, ...]


def read_mapping(path: Path | None) -> KindsByLabel:
    """The common label names, overlaid with those of a file.

    Raises:
        SuiteError: The file can't be read, or names a kind that doesn't exist.
    """
    if path is None:
        return DEFAULT_MAPPING
    try:
        read = yaml.safe_load(_bytes(path).decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SuiteError(f"{path.name}: neither YAML nor JSON: {error}") from error
    if not isinstance(read, dict) or not read:
        raise SuiteError(f"{path.name}: a mapping of label to kind is needed, like PERSON: NAME")
    mapping = dict(DEFAULT_MAPPING)
    for label, kinds in read.items():
        named = [] if kinds is None else kinds if isinstance(kinds, list) else [kinds]
        for kind in named:
            if kind != KEEP and kind not in KINDS:
                raise SuiteError(
                    f"{path.name}: {label}: unknown kind {kind!r}; known: {', '.join(KINDS)}, "
                    f"{KEEP}, or null"
                )
        mapping[str(label)] = frozenset(named)
    return mapping


def read_set(
    source: str,
    mapping: KindsByLabel = DEFAULT_MAPPING,
    part: Part = "all",
    limit: int | None = None,
) -> RedactionSet:
    """Read a set, or the half of it that a hash of each text assigns to a part.

    Args:
        source: Path of a JSONL file, or ``builtin``.
        mapping: Kind of each label.
        part: ``development`` are the texts whose SHA-256 is even, ``held-out`` the others.
        limit: Only the first so many rows of the part.

    Raises:
        SuiteError: The file can't be read, is empty, or a line is wrong.
    """
    name = source if source == BUILT_IN else Path(source).name
    raw = (
        (files("evals") / "suites" / "redaction.jsonl").read_bytes()
        if source == BUILT_IN
        else _bytes(Path(source))
    )
    rows: list[LabelledText] = []
    misaligned = 0
    unmapped: dict[str, None] = {}
    for number, row in _rows(name, raw):
        if part != "all" and part_of(row.text) != part:
            continue
        labelled, dropped = _labelled(f"{name}:{number}", row, mapping)
        misaligned += dropped
        unmapped |= dict.fromkeys(s.label for s in labelled.spans if s.label not in mapping)
        rows.append(labelled)
        if limit and len(rows) == limit:
            break
    if not rows:
        raise SuiteError(f"{name}: no row of the part {part!r}; give JSONL with text and spans")
    sha256 = hashlib.sha256(raw).hexdigest()
    return RedactionSet(name, sha256, part, tuple(rows), misaligned, tuple(unmapped))


def as_part(name: str) -> Part:
    """A part by its name.

    Raises:
        SuiteError: There is no such part.
    """
    for part in PARTS:
        if part == name:
            return part
    raise SuiteError(f"no part {name!r}; known: {', '.join(PARTS)}")


def part_of(text: str) -> Part:
    """The half that a text belongs to, by its content alone: files may be split or sorted."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return "held-out" if digest[0] % 2 else "development"


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SuiteError(f"{path}: cannot be read: {error.strerror}") from error


def _rows(name: str, raw: bytes) -> Iterator[tuple[int, _Row]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SuiteError(f"{name}: not UTF-8: {error}") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, _Row.model_validate(json.loads(line))
        except json.JSONDecodeError as error:
            raise SuiteError(f"{name}:{number}: no JSON object: {error}") from error
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "row"
            raise SuiteError(f"{name}:{number}: {place}: {first['msg']}") from error


def _labelled(place: str, row: _Row, mapping: KindsByLabel) -> tuple[LabelledText, int]:
    spans: list[LabelledSpan] = []
    keep: list[tuple[int, int]] = []
    dropped = 0
    for span in row.spans:
        if not span.start < span.end <= len(row.text):
            raise SuiteError(
                f"{place}: span {span.start}–{span.end} is not within the {len(row.text)} "
                "characters of its text"
            )
        if span.value is not None and row.text[span.start : span.end] != span.value:
            dropped += 1
            continue
        kinds = mapping.get(span.type, frozenset())
        if KEEP in kinds:
            keep.append((span.start, span.end))
        else:
            spans.append(LabelledSpan(span.start, span.end, span.type, kinds))
    for each in row.keep:
        start, end = _kept(place, row.text, each)
        keep.append((start, end))
    return LabelledText(row.text, row.language, tuple(spans), tuple(keep)), dropped


def _kept(place: str, text: str, keep: _Stretch | str) -> tuple[int, int]:
    if isinstance(keep, str):
        start = text.find(keep)
        if start < 0 or not keep:
            raise SuiteError(f"{place}: keep {keep!r} does not stand in the text")
        return start, start + len(keep)
    if not keep.start < keep.end <= len(text):
        raise SuiteError(f"{place}: keep {keep.start}–{keep.end} is not within the text")
    return keep.start, keep.end
