#!/usr/bin/env bash
# Fetch the graph layout that the page carries from the npm registry: fetch.sh [FOLDER], default: beside this script.
# npm checks the package against the registry's digest; PACKAGE says which version is meant.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
to=${1:-$here}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
npm pack --silent "$(cat "$here/PACKAGE")" >/dev/null
tar -xzf ./*.tgz
sed '/^\/\/# sourceMappingURL=/d' package/dist/dagre.min.js >"$to/dagre.min.js"
cp package/LICENSE "$to/LICENSE"
