"""The contract of a metric, and its results.

What a metric says of itself (`contract`), what it does with a state (`metric`), and what comes
back: an estimate, a difference, an equivalence, a table. It imports `inference` and the rooms below
it; questions and the kinds of metric are written against it.
"""
