"""``python -m nb2prod``."""

from __future__ import annotations

from nb2prod.cli import main

main()
