"""What arrives, brought to numpy: columns, scales and labels, dates and periods, groups.

Here a list, an array or a data frame's column becomes codes, group numbers and days, and what is no
answer, no date or no label becomes an error that shows it. It imports `errors` alone; every room
above reads its data through it.
"""
