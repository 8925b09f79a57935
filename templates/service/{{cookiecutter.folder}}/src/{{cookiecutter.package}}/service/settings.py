"""The settings of the service: each is an option of `serve` and an environment variable SERVE_NAME."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from {{ cookiecutter.package }} import config

PREFIX = "SERVE_"


def _setting(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True)
class Settings:
    """What can be set, and what it is by default."""

    artifacts: Path = _setting(config.ARTIFACTS, "folder of the trained artifact")
    host: str = _setting("127.0.0.1", "address to listen on; 0.0.0.0 in a container")
    port: int = _setting(8000, "port to listen on")
    workers: int = _setting(1, "processes that answer")
    api_key: str = _setting("", "keys that clients must send as X-API-Key, separated by commas; best set by environment")
    margin: float = _setting(0.5, "how far numbers may lie outside the training range, as a share of it; -1: anywhere")
    unseen: str = _setting("refuse", "values that training did not see in columns of few values: refuse or answer")
    extra: str = _setting("refuse", "columns that training did not know: refuse or ignore")
    body_limit: int = _setting(10_000_000, "largest body of a request in bytes")
    row_limit: int = _setting(10_000, "most rows in a request")
    queue_limit: int = _setting(20_000, "most rows that wait for an answer; above it requests get 503")
    timeout: float = _setting(30.0, "seconds that a request may wait for its answer")
    grace: int = _setting(20, "seconds that a stopping service gives to requests that have begun")
    reload: float = _setting(10.0, "seconds between looks whether the artifact was replaced; 0: never")
    log_level: str = _setting("info", "info logs every request, warning only faults")

    def environment(self) -> dict[str, str]:
        """Give the settings as environment variables, for worker processes."""
        return {PREFIX + each.name.upper(): str(getattr(self, each.name)) for each in fields(self)}


class SettingsError(ValueError):
    """A setting has a value that it cannot have."""


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of the environment."""
    given = {each.name: environment.get(PREFIX + each.name.upper()) for each in fields(Settings)}
    return _settings({name: value for name, value in given.items() if value is not None})


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add one option for each setting."""
    for each in fields(Settings):
        text = f"{each.metadata['help']} (default: {each.default or 'none'})"
        parser.add_argument(f"--{each.name.replace('_', '-')}", metavar="VALUE", help=text.replace("%", "%%"))


def from_options(options: argparse.Namespace) -> Settings:
    """Read the settings of the command line; those that are not given come from the environment."""
    given = {each.name: getattr(options, each.name) for each in fields(Settings)}
    texts = {name: str(value) for name, value in given.items() if value is not None}
    return _settings({**_texts(from_environment()), **texts})


def _texts(settings: Settings) -> dict[str, str]:
    return {each.name: str(getattr(settings, each.name)) for each in fields(settings)}


def _settings(texts: Mapping[str, str]) -> Settings:
    values: dict[str, Any] = {}
    for name, text in texts.items():
        kind = type(getattr(Settings, name))
        try:
            values[name] = Path(text) if issubclass(kind, Path) else kind(text)
        except ValueError as error:
            raise SettingsError(f"{name} is {text!r}, which is no {kind.__name__}") from error
    settings = Settings(**values)
    for name, choices in (("unseen", ("refuse", "answer")), ("extra", ("refuse", "ignore"))):
        if getattr(settings, name) not in choices:
            raise SettingsError(f"{name} is {getattr(settings, name)!r}, but must be {' or '.join(choices)}")
    return settings
