"""Calendar: dates, instants and zones as they arrive, and the periods that they fall into.

It imports what `data` may, and nothing of labels; logs, trends and revenue read time through it.
"""
