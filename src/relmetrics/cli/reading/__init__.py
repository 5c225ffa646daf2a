"""Reading: files of every kind become columns whose distinct values are looked at once.

A file is CSV (plain or gzip), Parquet or an Excel workbook; which one, its first bytes say.
"""
