"""Distributions of tests and intervals: Student's t, chi-square, the normal one of many."""
