"""The wheel: one name in site-packages, and the same imports as in a checkout wherever it is used."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import start

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built by the backend that pip would use."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that stands for site-packages."""
    folder = tmp_path_factory.mktemp("site-packages")
    pip = start.Setup(ROOT, Path(sys.prefix), dict(os.environ)).pip()
    options = ["-qq", "--disable-pip-version-check", "--no-deps", "--no-index", "--target", str(folder)]
    subprocess.run([*pip, "install", *options, str(wheel)], check=True)
    return folder


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """Return a folder with modules of its own that have our folders' names."""
    for name in ("app", "engine", "assets"):
        (tmp_path / f"{name}.py").write_text(f"raise SystemExit('the wrong {name}')", encoding="utf-8")
    return tmp_path


def run_in(folder: Path, installed: Path, *arguments: str) -> str:
    """Run Python in ``folder`` with the installation on its path; return what it wrote."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(installed),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONWARNINGS": "error",
    }
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_wheel_puts_one_package_into_site_packages(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"talweg"}
    assert {f"talweg/{part}/__init__.py" for part in ("app", "engine", "assets")} <= set(names)


def test_the_wheel_holds_every_module_and_asset_and_the_license(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    files = [path for part in ("app", "engine", "assets") for path in (ROOT / part).rglob("*.*") if path.is_file()]
    there = [path.relative_to(ROOT).as_posix() for path in files if path.parent.name != "__pycache__"]
    there.remove("app/installed.py")
    assert [name for name in there if f"talweg/{name}" not in names] == []
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name]


def test_a_notebook_beside_its_own_app_and_engine_gets_ours(installed: Path, crowded: Path) -> None:
    code = "import talweg, engine, app, assets; print(engine.__file__, app.__file__, assets.__file__, sep='\\n')"
    files = run_in(crowded, installed, "-c", code).splitlines()
    assert files == [str(installed / "talweg" / part / "__init__.py") for part in ("engine", "app", "assets")]


def test_assets_are_found_in_an_installation(installed: Path, crowded: Path) -> None:
    found = run_in(crowded, installed, "-c", "import talweg, assets; print(assets.path('digits/digits.npz'))")
    assert Path(found).is_relative_to(installed)


def test_there_is_a_talweg_command(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    [entry_points] = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
    assert "talweg = talweg:main" in archive.read(entry_points).decode().splitlines()


def talweg(installed: Path, folder: Path, *arguments: str) -> str:
    """Run the ``talweg`` command of the installation in ``folder``; return what it wrote."""
    return run_in(folder, installed, str(installed / "bin" / "talweg"), *arguments)


def test_the_talweg_command_renders_a_figure_wherever_it_is_used(installed: Path, crowded: Path) -> None:
    talweg(installed, crowded, "render", "--example", "double_well", "-o", "figure.svg")
    assert "Loss landscape" in (crowded / "figure.svg").read_text(encoding="utf-8")
