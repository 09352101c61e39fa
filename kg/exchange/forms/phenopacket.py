"""GA4GH Phenopackets of version 2 (https://phenopacket-schema.readthedocs.io): a case of the graph.

A Phenopacket is one patient (see `kg.cases.export`), so a graph is written as one only if it holds exactly one case;
and it is not read as a graph, since what was found in a patient is no claim.
"""

from __future__ import annotations

from pathlib import Path

from kg.cases import Export, export
from kg.errors import UsageError
from kg.exchange.content import ASPECTS, Content
from kg.exchange.draft import Draft
from kg.exchange.format import Format
from kg.exchange.forms.mappings import own_file
from kg.exchange.loss import Loss
from kg.terms.authority import Authority

__all__ = ["FORMATS"]


def write(content: Content) -> str:
    """The case of the graph. Raises UsageError unless there is exactly one."""
    return _exported(content).text


def _exported(content: Content) -> Export:
    if len(content.cases) != 1:
        listed = f" ({', '.join(case.id for case in content.cases)})" if content.cases else ""
        raise UsageError(
            f"A Phenopacket is one patient, and this graph holds {len(content.cases)} cases{listed}. "
            "Write the one you mean with: kg case export CASE FILE.json"
        )
    terms = Authority(own_file(content.dataset(), "terms.tsv")).terms
    maker = f"calciphylaxis-kg, data {content.version}"
    return export(content.cases[0], content.entities, terms, content.schema.prefixes, maker=maker)


def _lost(content: Content) -> list[Loss]:
    """What of the case has no place in the packet, each fact by its name."""
    return [Loss(loss.what, loss.why) for loss in _exported(content).losses]


def read(files: list[Path], draft: Draft) -> None:
    """Refuses: a patient is no graph."""
    raise UsageError(
        f"{files[0]} is a {draft.format}, and that is a patient, not a graph. "
        f"For what the graph makes of it: kg case explain {files[0]}"
    )


FORMATS = (
    Format(
        "phenopacket",
        "GA4GH Phenopacket",
        (".phenopacket.json",),
        write,
        read,
        loses=dict.fromkeys([name for name in ASPECTS if name != "cases"], "a patient is no graph"),
        tells=_lost,
        consumer="phenopackets",
        reads_as="not as a graph: a Phenopacket is a patient, see kg case explain",
    ),
)
