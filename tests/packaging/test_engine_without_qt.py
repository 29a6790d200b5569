"""The engine is a library of its own: it imports where no Qt and no app can be had."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import sys

for name in ("PyQt6", "pyqtgraph", "app"):
    sys.modules[name] = None

import importlib, pkgutil, engine

names = [module.name for module in pkgutil.walk_packages(engine.__path__, "engine.")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def test_every_module_of_the_engine_imports_with_qt_and_the_app_blocked() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    files = [
        path for path in (ROOT / "engine").rglob("*.py") if path.parent != ROOT / "engine" or path.stem != "__init__"
    ]
    assert int(done.stdout) == len(files)
