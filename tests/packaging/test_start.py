"""``start.py``: when it has nothing to do, what it repairs, and what it passes on."""

import ast
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import start

PROJECT = """
[project]
dependencies = ["numpy>=2.0", "pyqt6"]
[project.optional-dependencies]
test = ["pytest"]
"""


class Commands:
    """Stands for the commands of a machine: a list of what was asked, and a table of what fails."""

    def __init__(self, venv: Path, fails: Sequence[str] = (), complaint: str = "") -> None:
        self.asked: list[str] = []
        self.venv, self.fails, self.complaint = venv, list(fails), complaint

    def __call__(self, command: Sequence[str], environment: Mapping[str, str], quiet: bool = False):
        line = " ".join(command).replace(str(start.interpreter(self.venv)), "VENV").replace("BASE -m ", "")
        self.asked.append(line)
        if line.startswith(("venv", "virtualenv")):
            start.interpreter(self.venv).parent.mkdir(parents=True)
            start.interpreter(self.venv).touch()
        failed = any(line.startswith(beginning) for beginning in self.fails)
        return subprocess.CompletedProcess(command, int(failed), "", self.complaint if failed else "")

    def count(self, beginning: str) -> int:
        return sum(line.startswith(beginning) for line in self.asked)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def no_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "may_install", lambda: False)


def setup_in(checkout: Path, **machine) -> tuple[start.Setup, Commands]:
    commands = Commands(checkout / ".venv", **machine)
    return start.Setup(checkout, checkout / ".venv", {}, run=commands, base="BASE"), commands


def ready_in(checkout: Path, extras: Sequence[str] = ()) -> start.Setup:
    setup, _ = setup_in(checkout)
    setup.ensure(extras, "offscreen")
    return setup


def change_stamp(setup: start.Setup, **changes) -> None:
    start.write_stamp(setup.venv, replace(start.read_stamp(setup.venv), **changes))


def test_a_finished_setup_is_ready_and_runs_no_command(checkout: Path) -> None:
    ready_in(checkout)
    setup, commands = setup_in(checkout)
    setup.ensure([], "offscreen")
    assert setup.ready([], "offscreen")
    assert commands.asked == []


DAMAGE = {
    "no folder": (lambda setup: start.clear(setup.venv), True),
    "no stamp": (lambda setup: (setup.venv / "talweg.json").unlink(), True),
    "a torn stamp": (lambda setup: (setup.venv / "talweg.json").write_text('{"python": "cp'), True),
    "a foreign stamp": (lambda setup: (setup.venv / "talweg.json").write_text('{"colour": 3}'), True),
    "another Python": (lambda setup: change_stamp(setup, python="cpython-299"), True),
    "a moved checkout": (lambda setup: change_stamp(setup, venv="/elsewhere/.venv"), True),
    "no interpreter": (lambda setup: start.interpreter(setup.venv).unlink(), True),
    "a changed dependency": (
        lambda setup: (setup.root / "pyproject.toml").write_text(PROJECT.replace("numpy>=2.0", "numpy>=2.1")),
        False,
    ),
    "an added dependency": (
        lambda setup: (setup.root / "pyproject.toml").write_text(PROJECT.replace('"pyqt6"', '"pyqt6", "scipy"')),
        False,
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_each_damage_is_noticed_and_repaired(checkout: Path, damage: str) -> None:
    spoil, is_rebuilt = DAMAGE[damage]
    spoil(ready_in(checkout))
    setup, commands = setup_in(checkout)
    assert not setup.ready([], "offscreen")
    setup.ensure([], "offscreen")
    assert setup.ready([], "offscreen")
    assert commands.count("venv") == int(is_rebuilt)
    assert commands.count("VENV -m pip install") == 1


def test_the_test_tools_are_added_once_and_stay_when_dependencies_change(checkout: Path) -> None:
    ready_in(checkout)
    setup, commands = setup_in(checkout)
    assert not setup.ready(["test"], "offscreen")
    setup.ensure(["test"], "offscreen")
    assert commands.count("venv") == 0
    (checkout / "pyproject.toml").write_text(PROJECT.replace("2.0", "2.1"))
    setup.ensure([], "offscreen")
    assert commands.asked[-2].endswith("numpy>=2.1 pyqt6 pytest")
    assert setup.ready(["test"], "offscreen")
    assert setup.ready([], "offscreen")


def test_only_the_dependencies_are_installed_for_the_window(checkout: Path) -> None:
    setup, commands = setup_in(checkout)
    setup.ensure([], "offscreen")
    installs = [line for line in commands.asked if " install " in line]
    assert len(installs) == 1
    assert installs[0].endswith("--prefer-binary numpy>=2.0 pyqt6")


def test_an_install_that_fails_leaves_the_folder_unready_and_says_so(checkout: Path) -> None:
    setup, _ = setup_in(checkout, fails=["VENV -m pip install"])
    with pytest.raises(start.Trouble, match="network"):
        setup.ensure([], "offscreen")
    assert not setup.ready([], "offscreen")
    repaired, commands = setup_in(checkout)
    repaired.ensure([], "offscreen")
    assert commands.count("venv") == 1


@pytest.mark.parametrize(
    ("fails", "pip"),
    [
        ([], "VENV -m pip install"),
        (["venv /"], "VENV -m pip install"),
        (["venv /", "VENV -m pip"], "pip --python VENV install"),
        (["venv ", "pip "], "VENV -m pip install"),
    ],
    ids=["venv", "without ensurepip", "without ensurepip, with the system's pip", "virtualenv"],
)
def test_a_python_without_ensurepip_is_coped_with(checkout: Path, fails: list[str], pip: str) -> None:
    setup, commands = setup_in(checkout, fails=fails)
    setup.ensure([], "offscreen")
    assert commands.count(pip) == 1
    assert setup.ready([], "offscreen")


def test_without_any_pip_the_package_to_install_is_named(checkout: Path) -> None:
    setup, commands = setup_in(checkout, fails=["venv", "virtualenv"])
    with pytest.raises(start.Trouble, match=r"apt-get install python3\S*-venv"):
        setup.ensure([], "offscreen")
    assert commands.count("apt-get") == 0


def test_root_installs_the_missing_venv_package(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "may_install", lambda: True)
    setup, commands = setup_in(checkout, fails=["venv", "virtualenv"])

    def mend(command, environment, quiet=False):
        if command[0] == "apt-get" and "install" in command:
            commands.fails.clear()
        return commands(command, environment, quiet)

    replace(setup, run=mend).ensure([], "offscreen")
    assert commands.count("apt-get -qq update") == 1
    assert commands.count("apt-get -qq install -y --no-install-recommends python3") == 1


def test_the_venv_package_is_that_of_the_python_in_use() -> None:
    assert start.venv_package("/usr/bin/python3") == "python3-venv"
    assert start.venv_package("/opt/python") == f"python3.{sys.version_info[1]}-venv"


# --- Folders that are not ours


def test_a_folder_of_something_else_is_never_removed(tmp_path: Path) -> None:
    thesis = tmp_path / "documents" / "thesis.tex"
    thesis.parent.mkdir()
    thesis.write_text("years of work")
    with pytest.raises(start.Trouble, match="TALWEG_VENV"):
        start.clear(thesis.parent)
    assert thesis.read_text() == "years of work"


@pytest.mark.parametrize("kind", ["file", "link", "empty", "environment"])
def test_what_stands_in_the_way_of_the_environment_is_removed(tmp_path: Path, kind: str) -> None:
    venv, target = tmp_path / "packages", tmp_path / "target"
    target.mkdir()
    if kind == "file":
        venv.write_text("")
    elif kind == "link":
        venv.symlink_to(target, target_is_directory=True)
    else:
        venv.mkdir()
    if kind == "environment":
        (venv / "pyvenv.cfg").write_text("home = /usr/bin")
    start.clear(venv)
    assert not os.path.lexists(venv)
    assert target.exists()


# --- The lock


def test_a_second_start_waits_says_so_and_does_the_work_only_once(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, commands = setup_in(checkout)
    second, idle = setup_in(checkout)
    entered = threading.Event()

    def slowly(command, environment, quiet=False):
        entered.set()
        time.sleep(0.05)
        return commands(command, environment, quiet)

    thread = threading.Thread(target=lambda: replace(first, run=slowly).ensure([], "offscreen"))
    thread.start()
    assert entered.wait(5)
    second.ensure([], "offscreen")
    thread.join()
    assert idle.asked == []
    assert "waiting" in capsys.readouterr().err


def test_a_lock_dies_with_its_holder(tmp_path: Path) -> None:
    program = f"import start, os; start.locked(start.Path({str(tmp_path / 'x.lock')!r})).__enter__(); os._exit(9)"
    done = subprocess.run([sys.executable, "-c", program], cwd=start.ROOT)
    assert done.returncode == 9
    with (tmp_path / "x.lock").open("a") as handle:
        assert start.grab(handle)


# --- Qt and its libraries


@pytest.mark.parametrize(
    ("arguments", "environment", "system", "platform"),
    [
        ([], {"DISPLAY": ":0"}, "linux", "window"),
        ([], {"WAYLAND_DISPLAY": "wayland-0"}, "linux", "window"),
        ([], {}, "linux", "offscreen"),
        ([], {"DISPLAY": ""}, "linux", "offscreen"),
        ([], {"DISPLAY": ":0", "QT_QPA_PLATFORM": "minimal"}, "linux", "minimal"),
        (["render", "a.talweg"], {"DISPLAY": ":0"}, "linux", "offscreen"),
        (["test"], {"DISPLAY": ":0"}, "linux", "offscreen"),
        (["test"], {"QT_QPA_PLATFORM": "xcb"}, "linux", "xcb"),
        ([], {}, "darwin", "offscreen"),
        ([], {}, "win32", "offscreen"),
    ],
)
def test_qt_is_tried_on_the_platform_that_will_be_used(arguments, environment, system, platform) -> None:
    assert start.qt_platform(arguments, environment, system) == platform


def test_qt_is_tried_once_for_each_platform(checkout: Path) -> None:
    setup = ready_in(checkout)
    setup, commands = setup_in(checkout)
    for _ in range(2):
        setup.ensure([], "window")
    assert commands.count("VENV -c") == len(commands.asked) == 1
    assert setup.ready([], "offscreen")


def test_without_a_display_no_library_of_windows_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "loads", lambda library: False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert start.missing_packages("offscreen") == list(start.OFFSCREEN_LIBRARIES.values())
    assert "libxcb-cursor0" in start.missing_packages("window")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert start.missing_packages("window") == []


def test_missing_libraries_are_named_with_the_package_line(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "loads", lambda library: library != "libEGL.so.1")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(start.shutil, "which", lambda tool: None)
    setup, commands = setup_in(checkout, fails=["VENV -c"], complaint="ImportError: libEGL.so.1: cannot open")
    with pytest.raises(start.Trouble, match="apt-get install --no-install-recommends libegl1\n"):
        setup.ensure([], "offscreen")
    commands.fails, commands.asked = [], []
    setup.ensure([], "offscreen")
    assert len(commands.asked) == 1, "the packages are there already; only Qt is tried again"


def test_root_installs_missing_libraries_itself(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "may_install", lambda: True)
    monkeypatch.setattr(start, "missing_packages", lambda platform: ["libegl1"])
    setup, commands = setup_in(checkout, fails=["VENV -c"], complaint="libEGL.so.1")
    with pytest.raises(start.Trouble):
        setup.ensure([], "offscreen")
    assert commands.asked[-2] == "apt-get -qq install -y --no-install-recommends libegl1"
    assert commands.count("VENV -c") == 2


@pytest.mark.parametrize(
    ("complaint", "advice"),
    [
        ("ImportError: libodd.so.3: cannot open shared object file: No such file", "libodd.so.3 not found"),
        ("qt.qpa.xcb: could not connect to display :7\nAborted", "could not connect to display :7"),
        ("Traceback\nImportError: version `GLIBC_2.34' not found", "GLIBC_2.34"),
    ],
)
def test_what_no_package_mends_is_said_as_qt_said_it(complaint: str, advice: str) -> None:
    assert advice in start.qt_advice(complaint, [])


# --- What is passed on


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        ([], ["-P", "-m", "app.main"]),
        (["render", "a b.talweg", "-o", "f.pdf"], ["-P", "-m", "app.main", "render", "a b.talweg", "-o", "f.pdf"]),
        (["bench", "drag"], ["-P", "-m", "tests.benchmarks", "drag"]),
        (["test", "tests/engine", "-k", "x"], ["-m", "pytest", "tests/engine", "-k", "x"]),
    ],
)
def test_arguments_and_the_exit_code_are_passed_on(monkeypatch, tmp_path: Path, arguments, passed) -> None:
    seen = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(start, "hand_over", lambda command, environment: seen.append((command, environment)) or 7)
    assert start.launch(tmp_path, "PY", arguments, {"HOME": "/home/me"}) == 7
    [(command, environment)] = seen
    assert command == ["PY", *passed]
    assert environment["PYTHONPATH"] == str(tmp_path)
    assert environment["HOME"] == "/home/me"
    assert ("QT_QPA_PLATFORM" in environment) == (arguments[:1] == ["test"])


def test_a_program_of_the_checkout_is_found_from_a_folder_with_its_own_app(tmp_path: Path) -> None:
    main = tmp_path / "checkout" / "app" / "main.py"
    main.parent.mkdir(parents=True)
    main.write_text("import os, sys\nsys.exit(len(sys.argv) + 40 * os.path.exists('app.py'))")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "app.py").write_text("raise SystemExit('the wrong app')")
    call = (
        f"import start; start.launch(start.Path({str(tmp_path / 'checkout')!r}), {sys.executable!r}, ['x', 'y'],"
        f" dict(start.os.environ))"
    )
    environment = {**os.environ, "PYTHONPATH": str(start.ROOT)}
    assert subprocess.run([sys.executable, "-P", "-c", call], cwd=elsewhere, env=environment).returncode == 43


def test_every_check_runs_even_if_one_fails(monkeypatch, tmp_path: Path, capsys) -> None:
    codes = dict.fromkeys(start.CHECKS, 0) | {"mypy": 3}
    asked = []

    def call(command, cwd, env):
        asked.append(command)
        return codes[list(start.CHECKS)[len(asked) - 1]]

    monkeypatch.setattr(start.subprocess, "call", call)
    assert start.check("PY", tmp_path, {}) == 1
    assert [command[1:] for command in asked] == list(start.CHECKS.values())
    assert "mypy: FAILED in" in capsys.readouterr().err
    asked.clear()
    codes["mypy"] = 0
    assert start.check("PY", tmp_path, {}) == 0


def test_trouble_is_a_sentence_and_exit_code_one(monkeypatch, tmp_path: Path, capsys) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").touch()
    assert start.main([], {"TALWEG_VENV": str(tmp_path / "mine")}) == 1
    assert "holds something else" in capsys.readouterr().err


def test_help_needs_nothing_installed(tmp_path: Path, capsys) -> None:
    for arguments in (["--help"], ["test", "-h"]):
        assert start.main(arguments, {"TALWEG_VENV": str(tmp_path / "none")}) == 0
        assert "run pytest only" in capsys.readouterr().out
    assert not (tmp_path / "none").exists()


# --- Older Pythons, and the one list of dependencies


def test_python_3_6_can_parse_the_file_and_reaches_the_sentence() -> None:
    source = (start.ROOT / "start.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    head = source[: source.index("import contextlib")].replace("(3, 11)", "(9, 9)")
    done = subprocess.run([sys.executable, "-c", head], capture_output=True, text=True)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "__future__" not in source, "Python 3.6 has no future annotations"


def test_the_dependencies_come_from_the_project_file() -> None:
    listed = start.requirements(start.ROOT)
    assert any(name.startswith("pyqt6") for name in listed[start.RUNTIME])
    assert any(name.startswith("pytest") for name in listed["test"])


def test_the_stamp_is_plain_json_that_names_its_folder(checkout: Path) -> None:
    setup = ready_in(checkout)
    stamp = json.loads((setup.venv / "talweg.json").read_text(encoding="utf-8"))
    assert stamp["venv"] == str(setup.venv)
    assert stamp["qt"] == ["offscreen"]
