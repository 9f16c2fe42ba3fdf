"""Telling the figures: a table, a row a figure and a column a size."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
FILTERED = ("0.1 %", "1 %", "10 %")
MIB = 1 << 20


def as_text(rows: Sequence[Row], notes: Sequence[str]) -> str:
    """The table, with the notes under it."""
    lines = [("passages", *(f"{row['built']['passages']:,}" for row in rows))]
    lines += [(name, *(tell(row) for row in rows)) for name, tell in _figures().items()]
    widths = [max(len(line[i]) for line in lines) for i in range(len(rows) + 1)]
    told = []
    for name, *cells in lines:
        padded = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        told.append("  ".join([name.ljust(widths[0]), *padded]))
    return "\n".join([*told, "", *notes])


def _figures() -> dict[str, Callable[[Row], str]]:
    out: dict[str, Callable[[Row], str]] = {
        "text": lambda row: "made" if row["built"]["made"] else "repeated" if row["built"]["repeated"] else "real",
        "recall@10 of dense": lambda row: f"{row['recall']['dense']:.4f}",
    }
    for name in ("dense", "lexical", "hybrid", "answer"):
        out[f"{name}, wall p50 / p95, ms"] = _pair(name, "wall")
        out[f"{name}, CPU p50 / p95, ms"] = _pair(name, "cpu")
    for name in FILTERED:
        out[f"filter {name}: share let through"] = lambda row, n=name: f"{row[n]['share']:.2%}"  # type: ignore[misc]
        out[f"filter {name}: recall@10"] = lambda row, n=name: f"{row['recall'][n]:.4f}"  # type: ignore[misc]
        out[f"filter {name}: first use, ms"] = lambda row, n=name: f"{row[n]['first']:.1f}"  # type: ignore[misc]
        out[f"filter {name}: wall p50 / p95, ms"] = _pair(name, "wall")
        out[f"filter {name}: CPU p50 / p95, ms"] = _pair(name, "cpu")
        out[f"filter {name}: hybrid, wall p50 / p95, ms"] = _pair(f"hybrid, {name}", "wall")
    return out | {
        "filter nothing: hits": lambda row: str(row["nothing"]["hits"]),
        "open to first hit, wall / CPU, s": lambda row: f"{row['open']:.2f} / {row['open_cpu']:.2f}",
        "open to first hit, files not cached, s": lambda row: f"{row['cold']:.2f}",
        "VmRSS: model / after queries / after adding, MiB": lambda row: " / ".join(
            _mib(row, name) for name in ("rss_model", "rss_queries", "rss_add")
        ),
        "bytes a passage": lambda row: f"{row['built']['size'] / row['built']['passages']:,.0f}",
        "characters a passage": lambda row: f"{row['built']['characters'] / row['built']['passages']:,.0f}",
        "adding one article, median / max, ms": lambda row: f"{row['add']['median']:.0f} / {row['add']['max']:.0f}",
        "adding the first article of a process, ms": lambda row: f"{row['add']['first']:.0f}",
        "building, passages/s": lambda row: f"{row['built']['passages'] / max(row['built']['seconds'], 1e-9):,.0f}",
    }


def _pair(name: str, clock: str) -> Callable[[Row], str]:
    return lambda row: f"{row[name][clock + '_p50']:.1f} / {row[name][clock + '_p95']:.1f}"


def _mib(row: Row, name: str) -> str:
    return f"{row[name] / MIB:,.0f}" if row[name] else "-"
