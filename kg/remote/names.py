"""Names as they are compared where the data lie: without case, blanks and marks, in several forms.

A database or an endpoint can drop case and marks, but knows nothing of Greek letters or plurals. So the name that is
asked for is put into several forms. What that finds is looked up once more here, by the rules of all graphs.
"""

from __future__ import annotations

import unicodedata

from kg.lookup import keys

__all__ = ["BARE", "bare", "forms", "spellings"]

BARE = r'REPLACE(LCASE(STR(?name)), "[^\\p{L}\\p{N}]+", "")'
"""The bare form of ?name in SPARQL."""
_GREEK = {unicodedata.name(letter).split()[-1].lower(): letter for letter in "αβγδεζηθκλμω"}


def bare(name: str) -> str:
    """The letters and digits of a name, in lower case.

    >>> bare("TNF-Alpha ")
    'tnfalpha'
    """
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def forms(name: str) -> list[str]:
    """The forms in which a name may stand among the bare names of a graph.

    >>> forms("TNF-alpha")
    ['tnfa', 'tnfalfa', 'tnfalfas', 'tnfalpha', 'tnfalphas', 'tnfas', 'tnfα', 'tnfαs']
    """
    found = {bare(name), *keys(name)} - {""}
    for latin, letter in _GREEK.items():
        found |= {form.replace(latin, letter) for form in found}
    return sorted(found | {f"{form}s" for form in found if not form.endswith("s")})


def spellings(name: str) -> list[str]:
    """The ways in which a label may be written that differs from a name by case only.

    >>> spellings("vascular calcification")
    ['VASCULAR CALCIFICATION', 'Vascular Calcification', 'Vascular calcification', 'vascular calcification']
    """
    return sorted({name, name.lower(), name.upper(), name.capitalize(), name.title()})
