"""What every page is drawn with: words, axes, small pictures and one style.

It knows no report; reports, scorecards and their parts are drawn with it.
"""
