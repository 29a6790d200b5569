"""Install what Talweg needs into ``.venv`` beside this file, then run Talweg from this checkout.

    python3 start.py                    open the window
    python3 start.py ARGUMENTS          the same with arguments, such as: render FILE -o figure.pdf
    python3 start.py test               install the test tools too and run every check:
                                        ruff, mypy, the import contracts and pytest
    python3 start.py test ARGUMENTS     run pytest only, with these arguments, such as: tests/engine -k newton
    python3 start.py bench              run the benchmarks

Python 3.11 or newer is all it needs. TALWEG_VENV names another folder than .venv for the packages.
"""

import sys

# The file keeps to syntax that Python 3.6 parses, so that an older Python reaches this sentence.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "Talweg needs Python 3.11 or newer, and this is Python %d.%d (%s). "  # noqa: UP031
        "Install a newer Python and start it with that one, such as: python3.12 start.py"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

import contextlib
import ctypes
import hashlib
import json
import os
import re
import shutil
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ROOT = Path(__file__).resolve().parent
PYTHON = f"{sys.implementation.cache_tag}{getattr(sys, 'abiflags', '')}"
RUNTIME = ""  # the key of the packages that every start needs, beside the names of the extras
WAYS_TO_CREATE = (["venv"], ["venv", "--without-pip"], ["virtualenv", "--quiet"])
QT_PROBE = "from PyQt6 import QtGui, QtSvg, QtWidgets; QtGui.QGuiApplication(['talweg'])"
OFFSCREEN_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
WINDOW_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
OTHER_INSTALLERS = {
    "dnf": "dnf install mesa-libGL mesa-libEGL glib2 fontconfig dbus-libs libxkbcommon libxkbcommon-x11 "
    "xcb-util-cursor xcb-util-wm xcb-util-keysyms",
    "pacman": "pacman -S --needed libglvnd glib2 fontconfig dbus libxkbcommon libxkbcommon-x11 "
    "xcb-util-cursor xcb-util-wm xcb-util-keysyms",
}
CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "import contracts": ["-c", "from importlinter.cli import lint_imports_command as check; check(['--no-logo'])"],
    "pytest": ["-m", "pytest", "-n", "2", "--dist", "loadfile"],
}

Environment = Mapping[str, str]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


class Trouble(Exception):  # noqa: N818 - it is told to the user as a sentence, not raised as a defect
    """What stands in the way, as sentences for the user."""


def say(text: str) -> None:
    """Tell the user; on stderr, so that stdout is the program's own."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def run(command: Sequence[str], environment: Environment, quiet: bool = False) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end; ``quiet`` captures what it writes. A command that cannot start returns 127."""
    try:
        if quiet:
            return subprocess.run(
                command, env=environment, capture_output=True, text=True, errors="replace", timeout=1800
            )
        # Installers inherit the lock: one that outlives a killed start still keeps the next start out.
        return subprocess.run(command, env=environment, stdout=2, text=True, close_fds=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))


# --- What is there -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stamp:
    """What was set up, written last: ``packages`` maps each extra to the hash of its requirements."""

    python: str = ""
    venv: str = ""
    packages: Mapping[str, str] = field(default_factory=dict)
    qt: Sequence[str] = ()

    def why_rebuild(self, venv: Path) -> str:
        """Say why the folder must be made anew; empty if it need not."""
        if not self.python:
            return "it is not there yet" if not venv.exists() else "its last setup did not finish"
        if self.venv != str(venv):
            return "it was moved from " + self.venv
        if self.python != PYTHON:
            return f"it belongs to {self.python} and this is {PYTHON}"
        return "" if interpreter(venv).exists() else "its Python is gone"

    def why_install(self, wanted: Mapping[str, str]) -> str:
        """Say why packages must be installed; empty if all ``wanted`` ones are there."""
        changed = [extra for extra in wanted if self.packages.get(extra) != wanted[extra]]
        return ", ".join(f"the {extra} tools" if extra else "the packages it needs" for extra in changed)


def read_stamp(venv: Path) -> Stamp:
    """Return the stamp, or an empty one where there is none that can be read."""
    try:
        return Stamp(**json.loads((venv / "talweg.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Stamp()


def write_stamp(venv: Path, stamp: Stamp) -> None:
    """Put the stamp in place in one step."""
    fresh = venv / "talweg.json.new"
    fresh.write_text(json.dumps(asdict(stamp)), encoding="utf-8")
    fresh.replace(venv / "talweg.json")


def interpreter(venv: Path) -> Path:
    """Return the Python of a virtual environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def requirements(root: Path) -> "dict[str, list[str]]":
    """Read the one list of dependencies: those of every start, and each extra's."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {RUNTIME: project["dependencies"], **project.get("optional-dependencies", {})}


def fingerprint(names: Sequence[str]) -> str:
    """Return the hash of a list of requirements, whatever their order."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()


# --- The lock ------------------------------------------------------------------------------------------------------


def grab(handle: "IO[str]") -> bool:
    """Take the lock if it is free; the system frees it when its holder dies."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


@contextlib.contextmanager
def locked(path: Path) -> "Iterator[None]":
    """Hold the lock file at ``path``; a second start waits, and says so."""
    with path.open("a", encoding="utf-8") as handle:
        if not grab(handle):
            say("Another start is setting up Talweg; waiting for it.")
            while not grab(handle):
                time.sleep(0.2)
        os.set_inheritable(handle.fileno(), True)
        yield


# --- Setting up ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Setup:
    """Makes the folder ``venv`` ready for the checkout ``root``."""

    root: Path
    venv: Path
    environment: Environment
    run: Run = run
    base: str = getattr(sys, "_base_executable", "") or sys.executable

    def ensure(self, extras: Sequence[str], platform: str) -> None:
        """Install what is missing and try Qt on ``platform``; costs two small files where nothing is missing.

        Raises:
            Trouble: if that cannot be done.

        """
        if self.ready(extras, platform):
            return
        self.venv.parent.mkdir(parents=True, exist_ok=True)
        with locked(self.venv.with_name(self.venv.name + ".lock")):
            if not self.ready(extras, platform):
                self._repair(extras, platform)

    def ready(self, extras: Sequence[str], platform: str) -> bool:
        """Tell from the stamp alone whether there is nothing to do."""
        stamp = read_stamp(self.venv)
        return not (stamp.why_rebuild(self.venv) or stamp.why_install(self._hashes(extras))) and platform in stamp.qt

    def _hashes(self, extras: Sequence[str]) -> "dict[str, str]":
        listed = requirements(self.root)
        return {extra: fingerprint(listed[extra]) for extra in (RUNTIME, *extras)}

    def _repair(self, extras: Sequence[str], platform: str) -> None:
        stamp = read_stamp(self.venv)
        reason = stamp.why_rebuild(self.venv)
        if reason:
            say(f"Setting up {self.venv} ({reason}).")
            self._create()
            stamp = Stamp(PYTHON, str(self.venv))
        kept = [extra for extra in stamp.packages if extra and extra in requirements(self.root)]
        wanted = self._hashes(list(dict.fromkeys([*extras, *kept])))
        if stamp.why_install(wanted):
            say(f"Installing {stamp.why_install(wanted)}; the first time this takes a minute or two.")
            self._install(list(wanted))
            stamp = replace(stamp, packages=wanted, qt=())
            write_stamp(self.venv, stamp)
        if platform not in stamp.qt:
            self._try_qt(platform)
            write_stamp(self.venv, replace(stamp, qt=[*stamp.qt, platform]))

    def _create(self) -> None:
        if any(self._create_by(way) for way in WAYS_TO_CREATE):
            return
        package = venv_package(self.base)
        line = f"apt-get install {package}"
        if may_install():
            self._apt([package])
            if self._create_by(WAYS_TO_CREATE[0]):
                return
        raise Trouble(
            f"This Python ({self.base}) cannot make a virtual environment with pip in {self.venv}. "
            f"On Debian and Ubuntu this installs what it lacks:\n  sudo {line}\nThen start again."
        )

    def _create_by(self, way: Sequence[str]) -> bool:
        clear(self.venv)
        self.venv.mkdir()
        write_stamp(self.venv, Stamp())  # marks the folder as ours and unfinished
        made = self.run([self.base, "-m", *way, str(self.venv)], self._clean(), quiet=True)
        return made.returncode == 0 and bool(self.pip())

    def pip(self) -> "list[str]":
        """Find a pip for the folder: its own, or that of the Python it was made with."""
        python = str(interpreter(self.venv))
        for pip in ([python, "-m", "pip"], [self.base, "-m", "pip", "--python", python]):
            if self.run([*pip, "--version"], self._clean(), quiet=True).returncode == 0:
                return pip
        return []

    def _install(self, extras: Sequence[str]) -> None:
        write_stamp(self.venv, Stamp())
        names = [name for extra in extras for name in requirements(self.root)[extra]]
        options = ["-qq", "--disable-pip-version-check", "--no-input", "--prefer-binary"]
        pip = self.pip()
        if not pip or self.run([*pip, "install", *options, *names], self._clean()).returncode:
            raise Trouble("The packages could not be installed. Check the network connection and start again.")

    def _clean(self) -> "dict[str, str]":
        """Return the environment without what would lead packages elsewhere."""
        kept = {name: value for name, value in self.environment.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
        return {**kept, "PIP_USER": "0"}

    def _apt(self, packages: Sequence[str]) -> None:
        say("Installing system packages: " + " ".join(packages))
        environment = {**self.environment, "DEBIAN_FRONTEND": "noninteractive"}
        self.run(["apt-get", "-qq", "update"], environment, quiet=True)
        install = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages]
        done = self.run(install, environment, quiet=True)
        if done.returncode:
            say(done.stderr.strip())

    def _try_qt(self, platform: str) -> None:
        complaint = self._qt_complaint(platform)
        packages = missing_packages(platform) if complaint else []
        if packages and may_install():
            self._apt(packages)
            complaint = self._qt_complaint(platform)
        if complaint:
            raise Trouble(qt_advice(complaint, packages))

    def _qt_complaint(self, platform: str) -> str:
        """Load Qt for real, in a process of its own because a missing plugin aborts; return what it wrote, if it failed."""
        chosen = {} if platform == "window" else {"QT_QPA_PLATFORM": platform}
        environment = {**self._clean(), **chosen, "QT_DEBUG_PLUGINS": "1"}
        tried = self.run([str(interpreter(self.venv)), "-c", QT_PROBE], environment, quiet=True)
        return (tried.stderr.strip() or f"exit code {tried.returncode}") if tried.returncode else ""


def clear(venv: Path) -> None:
    """Remove what is left of a virtual environment, and never a folder of something else.

    Raises:
        Trouble: if the folder holds something else, or is in use.

    """
    if venv.is_symlink() or venv.is_file():
        venv.unlink()
    if not venv.exists():
        return
    ours = venv.name == ".venv" or any((venv / name).exists() for name in ("talweg.json", "pyvenv.cfg"))
    if not ours and any(venv.iterdir()):
        raise Trouble(f"{venv} holds something else than a virtual environment: set TALWEG_VENV to another folder.")
    try:
        shutil.rmtree(venv)
    except OSError as error:
        raise Trouble(f"{venv} cannot be replaced ({error}): close what still uses it and start again.") from error


def venv_package(base: str) -> str:
    """Return the Debian package that completes the venv module of the Python ``base``."""
    is_systems_own = os.path.realpath(base) == os.path.realpath("/usr/bin/python3")
    return "python3-venv" if is_systems_own else f"python3.{sys.version_info[1]}-venv"


def may_install() -> bool:
    """Tell whether system packages can be installed without asking."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


# --- Qt and the system's libraries ---------------------------------------------------------------------------------


def qt_platform(arguments: Sequence[str], environment: Environment, system: str = sys.platform) -> str:
    """Return Qt's platform plugin this start will use; ``window`` where Qt chooses among those of a display."""
    if environment.get("QT_QPA_PLATFORM"):
        return environment["QT_QPA_PLATFORM"]
    has_display = bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
    draws_no_window = arguments[:1] in (["test"], ["render"])
    return "window" if system == "linux" and has_display and not draws_no_window else "offscreen"


def missing_packages(platform: str) -> "list[str]":
    """Return the Debian packages of the libraries Qt needs on ``platform`` that do not load."""
    needed = {**OFFSCREEN_LIBRARIES, **({} if platform == "offscreen" else WINDOW_LIBRARIES)}
    return [package for library, package in needed.items() if sys.platform == "linux" and not loads(library)]


def loads(library: str) -> bool:
    """Tell whether the system finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def qt_advice(complaint: str, packages: Sequence[str]) -> str:
    """Say which libraries Qt misses and how to get them, or else what Qt said."""
    named = re.findall(r"(lib[\w.+-]+\.so[\w.]*): cannot open shared object", complaint)
    lines = [line for line in complaint.splitlines() if "could not connect" in line] or complaint.splitlines()
    if not packages:
        return f"Qt cannot start here: {', '.join(dict.fromkeys(named)) + ' not found' if named else lines[-1]}"
    others = [line for tool, line in OTHER_INSTALLERS.items() if shutil.which(tool)]
    line = others[0] if others else "apt-get install --no-install-recommends " + " ".join(packages)
    return f"Qt cannot start: system libraries are missing. This installs them:\n  sudo {line}\nThen start again."


# --- Running -------------------------------------------------------------------------------------------------------


def hand_over(command: "list[str]", environment: Environment) -> int:
    """Become the command where the system can, so that signals and the exit code are its own."""
    if os.name != "nt":
        os.execve(command[0], command, environment)
    return subprocess.call(command, env=environment)


def check(python: str, root: Path, environment: Environment) -> int:
    """Run every check, whether or not the ones before passed; return 1 if any failed."""
    failed = []
    for name, arguments in CHECKS.items():
        say(f"\n--- {name} ---")
        began = time.perf_counter()
        code = subprocess.call([python, *arguments], cwd=root, env=environment)
        say(f"{name}: {'passed' if code == 0 else 'FAILED'} in {time.perf_counter() - began:.1f} s")
        failed += [name] if code else []
    say("\nFailed: " + ", ".join(failed) if failed else "\nEvery check passed.")
    return 1 if failed else 0


def launch(root: Path, python: str, arguments: Sequence[str], environment: Environment) -> int:
    """Run what the arguments ask for; return its exit code."""
    paths = {**environment, "PYTHONPATH": str(root)}
    if arguments[:1] == ["test"]:
        headless = {"QT_QPA_PLATFORM": "offscreen", **paths}
        if arguments[1:]:
            os.chdir(root)
            return hand_over([python, "-m", "pytest", *arguments[1:]], headless)
        return check(python, root, headless)
    if arguments[:1] == ["bench"]:
        return hand_over([python, "-P", "-m", "tests.benchmarks", *arguments[1:]], paths)
    # -P: the folder it is started from may hold an app.py of its own, and file names are relative to that folder.
    return hand_over([python, "-P", "-m", "app.main", *arguments], paths)


def main(arguments: Sequence[str], environment: Environment) -> int:
    """Set up, run, and return the exit code."""
    venv = Path(environment.get("TALWEG_VENV") or ROOT / ".venv").absolute()
    setup = Setup(ROOT, venv, environment)
    extras = ["test"] if arguments[:1] in (["test"], ["bench"]) else []
    try:
        if {"-h", "--help"} & set(arguments):
            sys.stdout.write(f"{__doc__}\n")
            sys.stdout.flush()
            if extras or not setup.ready(extras, "offscreen"):
                return 0
        setup.ensure(extras, qt_platform(arguments, environment))
        return launch(ROOT, str(interpreter(venv)), arguments, environment)
    except Trouble as trouble:
        say(str(trouble))
    except OSError as error:
        say(f"Talweg cannot be set up in {venv}: {error}. TALWEG_VENV can name a folder that is writable.")
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
