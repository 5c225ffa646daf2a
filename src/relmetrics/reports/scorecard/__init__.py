"""Scorecard: several metrics together, as text, tables and a page.

Tables of a survey and of customers are read and measured, the last period that is over is judged,
and all of it is drawn. It imports what `reports` may; the command makes it.
"""
