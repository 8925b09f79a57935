"""The command `serve`: the web service, in one process or several."""

from __future__ import annotations

import argparse
import os
import tempfile
from importlib.util import find_spec
from typing import Any

from {{ cookiecutter.package }}.service.settings import SettingsError, add_options, from_options


def add_command(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("serve", help="Answer rows over HTTP.")
    add_options(parser)
    parser.set_defaults(run=serve)


def serve(options: argparse.Namespace) -> None:
    """Serve until a signal stops it; requests that have begun are answered."""
    missing = [name for name in ("fastapi", "orjson", "prometheus_client", "uvicorn") if not find_spec(name)]
    if missing:
        raise ImportError(f"{', '.join(missing)} missing: pip install '{{ cookiecutter.package }}[serve]'")
    try:
        settings = from_options(options)
    except SettingsError as error:
        raise OSError(str(error)) from error
    os.environ.update(settings.environment())  # the worker processes read it
    with tempfile.TemporaryDirectory() as shared:
        if settings.workers > 1:
            os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", shared)
        import uvicorn

        uvicorn.run(
            "{{ cookiecutter.package }}.service.app:create_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            access_log=False,
            ws="none",
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=settings.grace,
        )
