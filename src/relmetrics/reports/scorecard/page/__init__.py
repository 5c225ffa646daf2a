"""Page: a scorecard as one HTML file, readable by eye, by keyboard and on paper.

Each section of the page has a module; words, axes and pictures are below them, the whole above.
"""
