"""Predicts label as in notebook.ipynb."""

__version__ = "0.1.0"
