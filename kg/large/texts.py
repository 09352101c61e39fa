"""Many texts as one run of bytes, and columns that name their texts by number.

A list of a million Python strings takes 60 bytes each before its first letter; one run of bytes with the places where
each text begins takes eight, and lies on disk as it lies in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

__all__ = ["Column", "Texts", "smallest"]


@dataclass(frozen=True, eq=False)
class Texts(Sequence[str]):
    """Texts by number: `data` holds their bytes (UTF-8, uint8), text i those from ``start[i]`` to ``start[i + 1]``.

    >>> Texts.of(["bone", "", "Gefäß"])[2]
    'Gefäß'
    """

    data: Numbers
    start: Numbers

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Put texts together. O(letters)."""
        import numpy as np

        encoded = list(map(str.encode, texts))
        start = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=start[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), start)

    def bytes_at(self, number: int) -> bytes:
        """The bytes of a text; in the order of bytes texts stand as in the order of letters."""
        return bytes(self.data[self.start[number] : self.start[number + 1]])

    def __len__(self) -> int:
        return len(self.start) - 1

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return [self[place] for place in range(*number.indices(len(self)))]
        at = range(len(self))[number]
        return self.bytes_at(at).decode()

    def __iter__(self) -> Iterator[str]:
        whole, start = self.data.tobytes(), self.start.tolist()
        return (whole[start[at] : start[at + 1]].decode() for at in range(len(self)))

    def holding(self, part: str, *, value: bool = False) -> Numbers:
        """The numbers of the texts that hold a part (as a `value`: alone or between bars), in order. O(letters)."""
        import numpy as np

        wanted = part.encode()
        hits = re.finditer(b"(?=" + re.escape(wanted) + b")", self.data.tobytes())
        place = np.fromiter((hit.start() for hit in hits), np.int64)
        number = np.searchsorted(self.start, place, "right") - 1
        begin, end = self.start[number], self.start[number + 1]
        inside = place + len(wanted) <= end
        if value:
            before = self.data[np.maximum(place - 1, 0)] == ord("|")
            after = self.data[np.minimum(place + len(wanted), len(self.data) - 1)] == ord("|")
            inside &= (before | (place == begin)) & (after | (place + len(wanted) == end))
        return np.unique(number[inside])

    def find(self, text: str) -> int | None:
        """The number of a text, if the texts stand in order. O(log texts)."""
        wanted = text.encode()
        low = self.place(wanted)
        return low if low < len(self) and self.bytes_at(low) == wanted else None

    def place(self, wanted: bytes) -> int:
        """How many texts are smaller, if the texts stand in order. O(log texts)."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.bytes_at(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a table: `codes` names for each row its text among `values`, which are sorted and different."""

    codes: Numbers
    values: Texts

    @classmethod
    def of(cls, numbers: Numbers, texts: Sequence[str]) -> Column:
        """A column from the numbers of its rows in a list of different texts in any order."""
        import numpy as np

        order = sorted(range(len(texts)), key=texts.__getitem__)
        rank = np.empty(len(texts), np.int64)
        rank[order] = np.arange(len(texts))
        return cls(smallest(rank[numbers], len(texts)), Texts.of(texts[place] for place in order))

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> str:
        return str(self.values[int(self.codes[row])])

    def __iter__(self) -> Iterator[str]:
        values = list(self.values)
        return (values[code] for code in self.codes.tolist())


def smallest(numbers: Numbers, count: int) -> Numbers:
    """Numbers below a count in the smallest type that holds them."""
    import numpy as np

    types = ((np.uint8, 2**8), (np.uint16, 2**16), (np.int32, 2**31))
    return numbers.astype(next((kind for kind, limit in types if count <= limit), np.int64), copy=False)
