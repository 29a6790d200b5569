import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pytest

import engine
from engine import analysis, datasets, directions, schedules
from engine.on_demand import on_demand

ROOT = Path(__file__).resolve().parents[2]
PARTS = {"analysis", "basins", "contours", "datasets", "directions", "optimizers", "replay", "schedules", "stopping"}
MODULES = {engine: PARTS, analysis: set(analysis.__all__)}
"""Names that are modules; all others are what a module holds."""


@pytest.mark.parametrize(
    "package", [engine, analysis, datasets, directions, schedules], ids=lambda package: package.__name__
)
def test_every_name_is_found_and_no_module_hides_one(package) -> None:
    modules = {each.name for each in iter_modules(package.__path__)}
    for name in modules:
        import_module(f"{package.__name__}.{name}")  # which becomes an attribute of the package
    found = {name: getattr(package, name) for name in package.__all__}
    assert {name for name, each in found.items() if isinstance(each, ModuleType)} == MODULES.get(package, set())


def test_modules_that_are_not_listed_are_there_as_well() -> None:
    assert engine.formulas.named("bowl").text == "h/2*x^2"


@pytest.mark.parametrize("name", ["nothing", "__wrapped__"])
def test_what_is_not_there_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        getattr(engine, name)


def test_a_module_that_misses_another_one_says_which(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "parcel").mkdir()
    (tmp_path / "parcel" / "__init__.py").write_text("")
    (tmp_path / "parcel" / "broken.py").write_text("import no_such_module_anywhere")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="no_such_module_anywhere"):
        on_demand("parcel")("broken")


def test_the_engine_itself_imports_none_of_its_parts() -> None:
    asked = "import sys, engine; print([name for name in sys.modules if name.startswith('engine.')], 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['engine.on_demand'] False"


def test_the_default_experiment_imports_neither_formulas_nor_lectures_nor_what_reads_files() -> None:
    asked = "import sys; from app.examples import document_of; document_of('exclusive_or'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    unwanted = (
        "engine.formulas",
        "engine.lectures",
        "engine.datasets.csv_files",
        "engine.basins",
        "PyQt6",
    )
    assert not [name for name in done.stdout.split() if name.startswith(unwanted)]
