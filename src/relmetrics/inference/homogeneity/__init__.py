"""Homogeneity: whether groups differ at all, one test for all of them."""
