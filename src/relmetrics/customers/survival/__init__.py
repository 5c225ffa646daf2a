"""Survival: how long customers keep buying, when many of them have not stopped yet.

Reads the log of purchases; the log's face asks it.
"""
