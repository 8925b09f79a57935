"""What `verify` runs in other interpreters: beside the notebook, and beside the package.

These modules are copied to a folder of their own and imported from there, so they know nothing of nb2prod and need
only what the notebook or the package itself needs.
"""

from __future__ import annotations
