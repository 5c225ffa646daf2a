"""Counts and sums that add: tallies of answers, pairs of them, moments of columns.

A state holds no mean, so the states of disjoint data add to the state of all of it, exactly; each
is plain JSON. It imports `data` and `errors`; formulas, metrics and logs are written over it.
"""
