#!/bin/sh
# Write deploy/requirements.lock: all that the image installs, with hashes, at the versions that trained the artifact.
# Needs uv and artifacts/ (python -m {{ cookiecutter.package }} train). Another Python than the Dockerfile's: PYTHON=3.11 sh deploy/lock.sh
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-$(sed -n 's/^ARG PYTHON=//p' Dockerfile)}
constraints=$(mktemp)
trap 'rm -f "$constraints"' EXIT
python3 - artifacts/manifest.json >"$constraints" <<'END'
import json, sys

with open(sys.argv[1], encoding="utf-8") as file:
    libraries = json.load(file)["libraries"]
print("\n".join(f"{name}=={version}" for name, version in libraries.items() if version))
END
set -- --extra serve
for extra in batch postgresql; do
    if grep -q "^$extra = \[" pyproject.toml; then set -- "$@" --extra "$extra"; fi
done
uv pip compile pyproject.toml "$@" --constraint "$constraints" --python-version "$python" --python-platform linux \
    --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --output-file deploy/requirements.lock
