"""A digest as a mail: subject, HTML and text from the same model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a person reads. `subject` is one printable line."""

    subject: str
    html: str
    text: str
