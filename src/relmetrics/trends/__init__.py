"""Metrics period by period: trends, slopes, alerts."""
