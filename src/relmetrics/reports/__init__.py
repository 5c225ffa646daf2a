"""What one looks at: the scorecard and its page, reconciliations, the catalogue, quoted figures.

It imports every room below it, and nothing below imports it.
"""
