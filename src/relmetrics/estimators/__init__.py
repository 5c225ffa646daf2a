"""The kinds of metric, to subclass.

A mean of what each answer contributes, a share of yes, a ratio of two sums; each with estimates,
groups, trends and pairs, from rows that are read once. It imports `questions` and the rooms below
it; survey scores, rates and ratios of money are a few lines each on top.
"""
