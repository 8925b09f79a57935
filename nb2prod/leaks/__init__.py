"""Detectors of leakage: each module finds one kind, and honesty.py gathers what they find.

Input: a trace and its slices. Output: diagnostics with the cell that leaks. None of them changes what is generated.
"""
