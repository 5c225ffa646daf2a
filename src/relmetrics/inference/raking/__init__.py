"""Totals of cells and weights of rows, fitted to margins."""
