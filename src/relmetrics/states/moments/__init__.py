"""Moments: counts, sums and cross-products of named columns of the same rows.

The state, what is read off it, how it is read, and the loops over rows. It imports what `states`
may; indices, ratios and drivers are made from it.
"""
