"""Pure formulas: numbers or arrays in, numbers or arrays out, one row for each group.

Values and variances of linear scores and ratios, intervals, differences, exact and permutation
tests, shrinkage, lines in time, Markov chains, raking. It knows no metric, no HTML and no JSON, and
imports `states`, `data` and `errors`; metrics and questions call it.
"""
