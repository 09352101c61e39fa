"""Texts in XML: escaped, without the characters that XML 1.0 cannot hold."""

from __future__ import annotations

import re
from xml.sax import saxutils

__all__ = ["escaped", "quoted"]

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(text: str) -> str:
    r"""A text as the content of an element.

    >>> escaped("p < 0.05 \x00& so on")
    'p &lt; 0.05 &amp; so on'
    """
    return saxutils.escape(_ILLEGAL.sub("", text))


def quoted(text: str) -> str:
    """A text as the value of an attribute, with its quotes."""
    return saxutils.quoteattr(_ILLEGAL.sub("", text))
