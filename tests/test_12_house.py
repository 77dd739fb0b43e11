"""The house: one public face per package, examples that run, files that stay readable."""

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ["tools_mock", "scenarios", "agents", "sim"]
MODULES = [
    name
    for package in PACKAGES
    for _, name, _ in pkgutil.walk_packages([str(ROOT / package)], f"{package}.")
    if name != "tools_mock.bfcl"
]


@pytest.mark.parametrize("package", PACKAGES[:3])
def test_the_public_face_is_listed_and_real(package: str) -> None:
    module = importlib.import_module(package)
    names = {name for name, value in vars(module).items() if name[0] != "_" and not inspect.ismodule(value)}
    assert sorted(module.__all__) == sorted(names)


@pytest.mark.parametrize("name", MODULES)
def test_examples_run_and_modules_say_what_they_do(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    assert doctest.testmod(module).failed == 0


def test_help_loads_little() -> None:
    """``--help`` must not load the planner, the graph or a model's SDK."""
    code = "import sys; from sim.cli import _parser; _parser(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"anthropic", "networkx", "rich", "sim.planning"} & set(loaded)


@pytest.mark.slow
def test_the_benchmarks_run() -> None:
    done = subprocess.run([sys.executable, "-m", "tests.benchmarks"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "verify from the file" in done.stdout


def test_no_file_grows_past_reading() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if (count := len(path.read_text().splitlines())) > 850
    }
    assert long == {}
