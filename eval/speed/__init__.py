"""The cost of an archive against its size: `byline eval speed` builds archives and measures each in a fresh process.

What the archives hold stands in `text` and `made`, how they are written in `corpus`; `child` is the process that
measures one, with `timing` and `exact` for the arithmetic; `table` and `chart` tell. Nothing here knows an index.
"""

from eval.speed.run import SIZES, Plan, run_speed, sizes

__all__ = ["SIZES", "Plan", "run_speed", "sizes"]
