"""Time in words: what a question says about when its articles were published, and what "last Friday" meant."""

from rag.dates.asked import When, plain, shown, when
from rag.dates.spoken import meant, spoken, spoken_in

__all__ = ["When", "meant", "plain", "shown", "spoken", "spoken_in", "when"]
