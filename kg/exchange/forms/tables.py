"""The claims as one flat table: CSV (RFC 4180, UTF-8), one row for each claim.

A spreadsheet runs a cell that begins like a formula. Such a cell gets an apostrophe in front, and so does a cell that
has one there already, so that `plain` gives back every cell as it was. Numbers are left alone.

>>> safe("=cmd|'/c calc'!A1")
"'=cmd|'/c calc'!A1"
>>> safe("-0.5 mg"), safe("-1"), safe("odds ratio 2")
("'-0.5 mg", '-1', 'odds ratio 2')
>>> plain(safe("=1+1"))
'=1+1'
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

from kg.exchange import flat
from kg.exchange.content import Content, standing
from kg.exchange.format import Format
from kg.model import Claim

__all__ = ["COLUMNS", "FORMATS", "claims_table", "edge_status", "plain", "safe"]

# What spreadsheets take for the start of a formula (OWASP, CSV injection), with the full-width forms.
_RISKY = re.compile(r"(?!-?\d+(\.\d+)?\Z)[=+\-@\t\r\n＝＋－＠']")
_GUARDED = re.compile(r"'[=+\-@\t\r\n＝＋－＠']")
_END = {"": "id", "_label": "label", "_kind": "kind", "_exact": "matches", "_close": "close"}
_SOURCE = ("title", "authors", "year", "journal", "doi", "pmid", "pmcid", "url", "design", "read", "family")
_CLAIM = (
    *("cites", "certainty", "basis", "design", "directness", "species", "tissue", "population", "exposure", "effect"),
    *("disputes", "status", "retraction_reason", "retraction_date", "caution", "origin"),
    *("section", "start", "end", "digest", "note"),
)
COLUMNS = (
    *("claim", "claim_iri", "subject", "predicate", "object", "sign", "causal", "edge"),
    *(f"{end}{name}" for end in ("subject", "object") for name in _END if name),
    *("source", "citation", *(f"source_{name}" for name in _SOURCE)),
    *_CLAIM,
)


def claims_table(claims: Iterable[Claim]) -> str:
    """The table; several values in one cell are parted by a bar, an unstated value is an empty cell.

    What is refuted or retracted has no sign, is not causal, and its predicate says so: ``refuted-increases``.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for claim in claims:
        row = _row(claim)
        writer.writerow([safe(_text(row[column])) for column in COLUMNS])
    return out.getvalue()


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _RISKY.match(cell) else cell


def plain(cell: str) -> str:
    """The cell as it was before `safe`."""
    return cell[1:] if _GUARDED.match(cell) else cell


def edge_status(claim: Claim) -> str:
    """Whether a claim stands behind an edge: ``causal``, ``association``, or ``none`` with the reason."""
    told = standing(claim)
    return told if told in ("causal", "association") else f"none: {told}"


def _row(claim: Claim) -> dict[str, Any]:
    stated, source = claim.to_dict(), claim.source.to_dict()
    return {
        "claim": claim.id,
        "claim_iri": claim.iri,
        "predicate": claim.predicate if claim.live else f"{standing(claim)}-{claim.predicate}",
        "sign": claim.sign if claim.live else None,
        "causal": claim.causal and claim.live,
        "edge": edge_status(claim),
        **{f"subject{column}": getattr(claim.subject, name) for column, name in _END.items()},
        **{f"object{column}": getattr(claim.object, name) for column, name in _END.items()},
        "source": claim.source.id,
        "citation": claim.source.citation,
        **{f"source_{name}": source[name] for name in _SOURCE},
        **{name: stated[name] for name in _CLAIM},
    }


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "|".join(value) if isinstance(value, list | tuple) else str(value)


def write(content: Content) -> str:
    """The table of the claims that speak."""
    return claims_table(content.speaking)


_ABOUT = "only of entities that a claim is about"
_CLAIMED = "only of works that a claim is from"
FORMATS = (
    Format(
        "csv",
        "claims as CSV",
        (".csv",),
        write,
        loses={
            **dict.fromkeys(("entities", "kinds", "identifiers", "near"), _ABOUT),
            **dict.fromkeys(
                ("definitions", "synonyms", "reasons", "wanted"), "a table of claims describes no entities"
            ),
            "links": "a row is a claim, and a definition is none",
            "cites": "by our names for the works alone",
            "publications": _CLAIMED,
            "families": _CLAIMED,
            "contrasts": "a dispute is named in the rows, not described",
            **flat.LOSES,
        },
        consumer="csv, spreadsheets, pandas, R",
    ),
)
