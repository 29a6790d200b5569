"""Every command of the window, declared once: menus, toolbar, shortcuts and help follow from this table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One thing that a person can do from a menu, a button or a key."""

    name: str
    title: str
    menu: str
    shortcut: str = ""
    tip: str = ""
    in_toolbar: bool = False
    separator_before: bool = False


COMMANDS: tuple[Command, ...] = (
    Command("open", "Open…", "File", "Ctrl+O", "Open an experiment that was saved", True),
    Command("open_data", "Open data…", "File", "Ctrl+Shift+O", "A network on your own data: CSV, NPZ, or the MNIST family's IDX"),
    Command("fit_table", "Fit a model to a table…", "File", "", "A formula of your own, fitted to two columns of a CSV file"),
    Command("save", "Save", "File", "Ctrl+S", "Save this experiment", True),
    Command("save_as", "Save as…", "File", "Ctrl+Shift+S", "Save this experiment under another name"),
    Command("export", "Export…", "File", "Ctrl+E", "Export a picture or its numbers: PNG, SVG, PDF, CSV", True, True),
    Command("quit", "Quit", "File", "Ctrl+Q", "Leave Talweg", separator_before=True),
    Command("undo", "Undo", "Edit", "Ctrl+Z", "Take the last change back", True),
    Command("redo", "Redo", "Edit", "Ctrl+Shift+Z", "Bring the change back", True),
    Command("new_weights", "New weights", "Run", "N", "Draw new weights; the old boundary stays as a dashed line", True),
    Command("add_start", "Add a start", "Run", "A", "Another start; a double click on the landscape adds one there"),
    Command("remove_start", "Remove the last start", "Run", "Shift+A", "A right click on a start removes that one"),
    Command("remake_plane", "Plane through the runs", "Run", "P", "A plane through the start and the ends of the runs", True),
    Command("play", "Play", "Run", "Space", "Play the runs step by step", separator_before=True),
    Command("back", "One step back", "Run", "Left", "Show the step before"),
    Command("forward", "One step on", "Run", "Right", "Show the next step"),
    Command("to_end", "Show the last step", "Run", "End", "Show every run at its end"),
    Command("stop", "Stop", "Run", "Esc", "Stop computing at once; what is there stays", separator_before=True),
    Command("log_scale", "Logarithmic colors", "View", "L", "Color the landscape by log(loss − f*)"),
    Command("fit", "Good window", "View", "F", "Go back to the window that shows the problem well", True),
    Command("fit_runs", "All paths", "View", "Shift+F", "A window around the paths of all runs", True),
    Command("dark", "Dark theme", "View", "Ctrl+D", "Light or dark"),
    Command("how_drawn", "How this was drawn", "Help", "F1", "Everything that fixes the numbers on screen"),
    Command("shortcuts", "Keys and gestures", "Help", "F2", "What mouse and keys do"),
    Command("about", "About Talweg", "Help"),
)  # fmt: skip


def command(name: str) -> Command:
    """One command by its name."""
    return next(entry for entry in COMMANDS if entry.name == name)
