"""The words in which the invented listings say what is news: origin of an item, and the area it belongs to."""

from __future__ import annotations

from typing import Literal

Origin = Literal["chinese", "joint venture", "foreign", "unknown", "group"]

CN: Origin = "chinese"
"""At least one organisation of mainland China is named, in whatever role."""
JV: Origin = "joint venture"
"""None of mainland China, but a joint venture with Chinese owners."""
XX: Origin = "foreign"
"""Only organisations from elsewhere, Taiwan and Hong Kong among them."""
UN: Origin = "unknown"
"""An invented company that no registry can know."""
GR: Origin = "group"
"""Groups and offices only."""

AREAS = {
    "radio": "5G and 6G radio",
    "iot": "IoT and NB-IoT",
    "ai": "AI and facial recognition",
    "cities": "smart cities",
    "cloud": "data centres and cloud",
    "cables": "submarine and optical cables",
    "grids": "ultra-high-voltage and smart grids",
    "quantum": "quantum",
    "lithium": "lithium and batteries",
    "internet": "new Internet protocols",
}
"""The areas that the shipped watchlists watch; each has news on day two."""

HOSTILE = "(demo: hostile text)"
"""Ends each title that is there to show that markup, formulas and direction marks stay inert."""
