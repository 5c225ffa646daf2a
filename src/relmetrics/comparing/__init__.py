"""Comparisons: two samples, pairs of answers, groups; tests that rearrange; rankings."""
