"""What an engine is asked for: counts of answers, sums of columns; and how a metric reads them."""
