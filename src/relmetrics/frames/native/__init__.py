"""What each engine does in its own way: open a file, answer, show its query, make a table.

Everything else is asked in one way of all of them, through narwhals.
"""
