"""The doctor: every law of the house checked over a whole archive, and what can be put right put right.

`examine` only reads. `repair` holds the write lock, works in transactions, and examines again at its end. Both work on
a folder, so that an archive that cannot be opened can be looked at too.
"""

from index.doctor.examine import examine
from index.doctor.finding import Finding
from index.doctor.repair import repair

__all__ = ["Finding", "examine", "repair"]
