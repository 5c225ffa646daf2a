"""Before and around a survey: how many answers, what they can show, whom they stand for.

Sample sizes, power, what the silent could change; weights, raking and post-stratification. It
imports `estimators` and the rooms below it; the reports may show it.
"""
