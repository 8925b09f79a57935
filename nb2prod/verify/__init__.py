"""``nb2prod verify``: run the notebook and its package, and compare.

The one command that runs the notebook, in a fresh kernel and only on the user's explicit word. Input: a package
folder. Output: a `Report` of what was compared and the first step that differs. ``inside/`` is the part that runs in
the notebook's kernel and in the package's interpreter.
"""

from __future__ import annotations
