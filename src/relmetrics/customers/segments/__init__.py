"""Segments: an attribute of each customer, and what a log says by segment, to be compared.

Rates by segment are breakdowns; movements and revenue a mapping of segment to each, as cohorts and
stages are in rooms of their own. It imports no log: the logs import it.
"""
