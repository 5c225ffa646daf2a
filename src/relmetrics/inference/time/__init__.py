"""Time: lines and ranks through values in time, and what in a chart chance does not explain.

It imports what `inference` may; trends call it.
"""
