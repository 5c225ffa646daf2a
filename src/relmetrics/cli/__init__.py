"""Command line: `relmetrics scorecard`, `purchases`, `compare`, `explain` and `example`.

Files go in, the numbers of the library come out. What a command says, it says in its own words: it
names flags, columns of the file and rows of the file. Formulas live below; here is none.
"""
