"""``nb2prod scaffold``: a package folder and the names of targets in, a service around the package out.

A target is a folder under ``templates/`` that holds a ``target.toml`` and a cookiecutter tree; its name is that of
the option and its value (``serve_fastapi`` is ``--serve fastapi``). `targets` finds and chooses them, `tree` renders
them, `pyproject` adds what they depend on, `add` puts it all in place. Nothing here knows a target by name.
"""

from __future__ import annotations
