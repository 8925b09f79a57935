"""Equivalence suite: a notebook and the package extracted from it must give the same numbers."""
