"""Abstract interpretation: a program to a trace of steps with values and reaching definitions; nothing is run."""

from __future__ import annotations
