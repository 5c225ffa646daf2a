"""Variances between clusters: of respondents who answer again, of samples that were designed."""
