"""Where the program begins: arguments, and the one place that builds everything and passes references in.

Slow imports (NumPy, Qt) stand inside the functions, so that ``--help`` and errors answer at once, and so that the number of
BLAS threads is set before NumPy is loaded.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from app.document import Document

FALLBACK = Path("talweg.png")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    # Small products are several times slower on many BLAS threads, and tiles already use the processors.
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser(_with_command(given)[0]).parse_args(_with_command(given))
    try:
        if options.command == "render":
            return _render(options)
        if options.command == "screenshot":
            return _screenshot(options)
        return _open(options)
    except _speaking_errors() as error:
        print(f"talweg: {error}", file=sys.stderr)  # noqa: T201 - a command line speaks this way
        return 1


def _with_command(given: list[str]) -> list[str]:
    """``talweg``, ``talweg FILE`` and ``talweg --example NAME`` open the window."""
    commands = ("open", "render", "screenshot", "-h", "--help", "--version")
    return given if given and given[0] in commands else ["open", *given]


def _parser(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="talweg", description="See how neural networks learn.")
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(dest="command", required=True)
    window = commands.add_parser("open", help="open the window (the default)")
    render = commands.add_parser("render", help="compute an experiment and write its figure, without a window")
    screenshot = commands.add_parser("screenshot", help="write a picture of the window itself")
    for parts in (window, render, screenshot):
        parts.add_argument("file", nargs="?", type=Path, help="an experiment (.talweg)")
        parts.add_argument("--example", default="", help="a problem of the catalogue, such as rosenbrock or moons")
    for parts, endings in ((render, _endings(command)), (screenshot, "PNG")):
        parts.add_argument("-o", "--output", type=Path, required=True, help=f"{endings} by its ending")
        parts.add_argument("--theme", choices=("light", "dark"), help="colors (default: the experiment's own)")
    render.add_argument("--panel", choices=_panels(command), help="one panel (default: the whole board)")
    render.add_argument("--size", type=_size, help="width x height in points, such as 460x390")
    render.add_argument("--dpi", type=float, help="dots per inch of a PNG (default 200)")
    screenshot.add_argument("--size", type=_size, default=(1280.0, 720.0), help="width x height in pixels")
    return parser


def _panels(command: str) -> tuple[str, ...] | None:
    """Every panel's name; the registry takes a moment to import, which only those who render wait for."""
    if command != "render":
        return None
    from app.panels import PANELS

    return tuple(PANELS)


def _endings(command: str) -> str:
    """The formats of figures and numbers."""
    if command != "render":
        return ""
    from app.figures.formats import FORMATS

    return ", ".join(entry.suffix.removeprefix(".").upper() for entry in FORMATS.values())


def _size(text: str) -> tuple[float, float]:
    try:
        wide, tall = (float(part) for part in text.lower().split("x"))
    except ValueError:
        wide = tall = 0.0
    if not (50 <= wide <= 20_000 and 50 <= tall <= 20_000):
        raise argparse.ArgumentTypeError(
            f"“{text}” is no size: write width x height, such as 460x390 (each 50 to 20,000)"
        )
    return wide, tall


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"Talweg {version('talweg')}"
    except PackageNotFoundError:
        return "Talweg (from a checkout)"


def _speaking_errors() -> tuple[type[Exception], ...]:
    from app.files.atomic_write import ExportError
    from app.files.session import SessionError

    return (SessionError, ExportError, ValueError, OSError)


def _document(options: argparse.Namespace) -> Document:
    from dataclasses import replace

    if options.file:
        from app.files.session import open_session

        document = open_session(options.file)
    else:
        from app.examples import document_of
        from engine.catalogue import DEFAULT

        document = document_of(options.example or DEFAULT)
    if getattr(options, "theme", None):
        document = replace(document, view=replace(document.view, theme=options.theme))
    return document


def _render(options: argparse.Namespace) -> int:
    from app.headless import render

    render(_document(options), options.output, options.panel, options.size, options.dpi)
    return 0


def _open(options: argparse.Namespace) -> int:
    if _has_display():
        gc.disable()  # what a start makes is no garbage, and looking for some takes 40 ms; the window has its own collector
        try:
            from app.compute.startup_process import startup_process

            document = _document(options)
            # Before Qt is loaded: that is the time to gain, and there are no threads yet.
            ahead = startup_process(document)
            from app.program import run

            return run(document, ahead)
        finally:
            gc.enable()
    from app.headless import render

    print(  # noqa: T201
        "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open.\n"
        f"Rendering the experiment to {FALLBACK} instead; `render FILE -o figure.pdf` makes any figure this way."
    )
    render(_document(options), FALLBACK)
    return 0


def _screenshot(options: argparse.Namespace) -> int:
    from app.program import screenshot

    screenshot(_document(options), options.output, options.size)
    return 0


def _has_display() -> bool:
    """Whether a window can open: Qt itself aborts with a misleading sentence where it can't."""
    if os.environ.get("QT_QPA_PLATFORM") or not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def leave() -> NoReturn:
    """Run the program and end the process.

    Everything is closed and written by then. Python would now destroy Qt's objects in any order, which crashes once in a
    while (2 of some 50 exits of ``screenshot``, none of 30 without), so that is left out.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # there are none in a Windows program without a console
            stream.flush()
    if "PyQt6.QtCore" in sys.modules:
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    leave()
