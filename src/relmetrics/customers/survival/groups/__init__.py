"""Survival of groups: curves by group, and their comparison by mean times, log-rank and bands."""
