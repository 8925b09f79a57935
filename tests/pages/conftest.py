"""The hooks that generate pages are imported as MkDocs imports them."""

from __future__ import annotations

import sys

from equivalence.processes import ROOT

sys.path.insert(0, str(ROOT / "docs" / "hooks"))
