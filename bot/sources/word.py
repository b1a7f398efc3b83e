"""A Word file as HTML, without what Word doesn't show."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import mammoth

_LARGEST_PART = 100_000_000
_HIDDEN_RUN = re.compile(
    rb"<w:r(?:\s[^>]*)?>(?:(?!</w:r>).)*?<w:(?:vanish|webHidden)(?:\s*/>|\s+w:val=\"(?:1|true|on)\")"
    rb"(?:(?!</w:r>).)*?</w:r>",
    re.DOTALL,
)
_WHITE_RUN = re.compile(
    rb"<w:r(?:\s[^>]*)?>(?:(?!</w:r>|<w:shd|<w:highlight).)*?<w:color\s+w:val=\"[fF]{6}\""
    rb"(?:(?!</w:r>|<w:shd|<w:highlight).)*?</w:r>",
    re.DOTALL,
)
_PAGE_SHADED = re.compile(rb"<w:(?:shd|background)\b")


def docx_html(path: Path) -> str:
    """The HTML of a file, without pictures.

    Raises:
        Exception: Whatever mammoth raises over a damaged file.
    """
    told = mammoth.convert_to_html(
        BytesIO(_without_hidden_runs(path)),
        convert_image=mammoth.images.img_element(lambda _image: {"src": ""}),
    )
    return str(told.value)


def _without_hidden_runs(path: Path) -> bytes:
    """The file without text that Word hides, or writes white on white."""
    packed = BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(packed, "w") as target:
        for entry in source.infolist():
            if entry.filename.startswith("word/media/"):
                continue
            with source.open(entry) as member:
                data = member.read(_LARGEST_PART + 1)
            if len(data) > _LARGEST_PART:
                raise ValueError(f"{entry.filename} is too large")
            if entry.filename.startswith("word/") and entry.filename.endswith(".xml"):
                data = _HIDDEN_RUN.sub(b"", data)
                if not _PAGE_SHADED.search(data):
                    data = _WHITE_RUN.sub(b"", data)
            target.writestr(entry.filename, data)
    return packed.getvalue()
