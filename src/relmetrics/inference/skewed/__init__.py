"""Skewed: differences of means of what few pay much and many nothing, such as revenue."""
