"""Clustered states: what adds where the same respondents answer again.

Beside the sums of a plain state they keep those of every respondent, and add by who it was.
"""
