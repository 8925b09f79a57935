"""The command `serve`: the web service under gunicorn, in one process or several, with threads."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec
from tempfile import mkdtemp
from typing import Any

from {{ cookiecutter.package }}.service.settings import SettingsError, add_options, from_options

THREADS = "4"


def add_command(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("serve", help="Answer rows over HTTP.")
    add_options(parser)
    parser.set_defaults(run=serve)


def serve(options: argparse.Namespace) -> None:
    """Serve until a signal stops it; requests that have begun are answered."""
    missing = [name for name in ("flask", "gunicorn", "orjson", "prometheus_client") if not find_spec(name)]
    if missing:
        raise ImportError(f"{', '.join(missing)} missing: pip install '{{ cookiecutter.package }}[serve]'")
    try:
        settings = from_options(options)
    except SettingsError as error:
        raise OSError(str(error)) from error
    os.environ.update(settings.environment())  # the worker processes read it
    if settings.workers > 1 and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = mkdtemp(prefix="{{ cookiecutter.package }}-metrics-")
    line = [sys.executable, "-m", "gunicorn", "{{ cookiecutter.package }}.service.app:create_app()"]
    line += ["--bind", f"{settings.host}:{settings.port}", "--workers", str(settings.workers)]
    line += ["--worker-class", "gthread", "--threads", THREADS, "--log-level", settings.log_level]
    line += ["--graceful-timeout", str(settings.grace), "--timeout", str(max(30, int(settings.timeout) * 2))]
    os.execv(sys.executable, line)
