"""What a client likes best: against a brute-force reading of the rules, on headers in use, and on broken ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.serve.endpoint.negotiation import choose, ranges

OFFERS = ["application/json", "text/csv", "text/html"]
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
OLD_BROWSER = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"

kinds = st.sampled_from(["application", "text", "image", "*"])
names = st.sampled_from(["json", "csv", "html", "*"])
weights = st.one_of(st.none(), st.integers(0, 1000))
parts = st.tuples(kinds, names, st.booleans(), weights).filter(lambda part: part[0] != "*" or part[1] == "*")


def written(part: tuple[str, str, bool, int | None]) -> str:
    kind, name, parameter, weight = part
    return f"{kind}/{name}{';level=1' if parameter else ''}{'' if weight is None else f';q={weight / 1000:.3f}'}"


def exactness(part: tuple[str, str, bool, int | None]) -> int:
    kind, name, parameter, _ = part
    return 0 if kind == "*" else 1 if name == "*" else 2 if parameter else 3


def liked(offer: str, header: list) -> tuple[int, int]:
    """How much an offer is wanted, and how exactly it was named: each rule in turn, over all parts."""
    fitting = [
        part for part in header if part[0] in ("*", offer.split("/")[0]) and part[1] in ("*", offer.split("/")[1])
    ]
    for exact in (3, 2, 1, 0):
        found = [1000 if part[3] is None else part[3] for part in fitting if exactness(part) == exact]
        if found:
            return max(found), exact
    return 0, 0


@settings(max_examples=60)
@given(st.lists(parts, min_size=1, max_size=6), st.permutations([*OFFERS, "application/csv"]))
def test_the_choice_is_that_of_the_rules_read_one_by_one(header, offers):
    found = {offer: liked(offer, header) for offer in offers}
    wanted = [offer for offer in offers if found[offer][0]]
    best = max(wanted, key=lambda offer: (found[offer], -offers.index(offer)), default=None)
    assert choose(", ".join(map(written, header)), offers) == best


@settings(max_examples=30)
@given(st.lists(parts, min_size=1, max_size=4), st.sampled_from(["", " ", "\t"]))
def test_blanks_and_case_do_not_matter(header, blank):
    plain = ",".join(map(written, header))
    spaced = f"{blank},{blank}".join(written(part).replace(";", f"{blank};{blank}").upper() for part in header)
    assert ranges(spaced) == ranges(plain)


@given(st.text(alphabet='ab/*;=q,"\\ .01é\x00', max_size=60))
def test_no_header_is_too_broken(header):
    assert choose(header, OFFERS) in (*OFFERS, None)


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        (CHROME, "text/html"),
        (OLD_BROWSER, "text/html"),
        ("text/*", "text/csv"),
        ("TEXT/CSV ; Q=0.3", "text/csv"),
        ("text/csv;charset=utf-8, application/json;q=0.9", "text/csv"),
        ("text/html;level=1, text/html;q=0.1, text/csv;q=0.2", "text/csv"),
        ('image/png;title="a, b", text/csv', "text/csv"),
        ("text/csv;q=0, */*;q=0.1", "application/json"),
        ("text/csv;q=0", None),
        ("image/png", None),
        # broken: what cannot be read is left out, and a header of which nothing is left counts as none
        ("text, text/csv", "text/csv"),
        ("text/csv;q=high, text/html;q=0.1", "text/html"),
        ("text/csv;q=7, text/html", "text/csv"),
        ("*/csv, text/html", "text/html"),
        ('text/csv;x="never closed, text/html', "application/json"),
        ("utter nonsense", "application/json"),
    ],
)
def test_headers_in_use_and_broken_ones(header, chosen):
    assert choose(header, OFFERS) == chosen


@pytest.mark.parametrize("piece", ['a/b;x="\\', ';x="\\"', "a/b;", '"', ",", "a/b ; x = ", "*/*;q=1"])
def test_a_huge_header_is_read_in_one_go(piece):
    assert choose(piece * 20_000, OFFERS) in (*OFFERS, None)
