"""What a session leaves open: settings that an older version did not know, and data files that have moved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PureWindowsPath

from app.document import Document
from engine.datasets import SourceFile
from engine.optimizers import KINDS, Optimizer
from engine.problem import NetworkProblem


def with_all_settings(document: Document) -> Document:
    """The document with the defaults of settings that its optimizers did not have yet when it was saved."""
    experiment = document.experiment
    optimizers = tuple(_completed(optimizer) for optimizer in experiment.optimizers)
    of_plane = tuple(_completed(optimizer) for optimizer in experiment.plane.optimizers)
    if optimizers == experiment.optimizers and of_plane == experiment.plane.optimizers:
        return document
    plane = replace(experiment.plane, optimizers=of_plane)
    return replace(document, experiment=replace(experiment, optimizers=optimizers, plane=plane))


def _completed(optimizer: Optimizer) -> Optimizer:
    if optimizer.kind not in KINDS:
        return optimizer  # the check refuses it
    known = {name for name, _ in optimizer.settings}
    new = tuple((p.name, p.default) for p in KINDS[optimizer.kind].parameters if p.name not in known)
    return replace(optimizer, settings=(*optimizer.settings, *new)) if new else optimizer


def with_files_beside(document: Document, folder: Path) -> Document:
    """The document with data files that are not where they were, but in ``folder``: somebody was sent both."""
    problem = document.experiment.problem
    if not isinstance(problem, NetworkProblem) or not problem.data.files:
        return document
    files = tuple(_found(file, folder) for file in problem.data.files)
    if files == problem.data.files:
        return document
    changed = replace(problem, data=replace(problem.data, files=files))
    return replace(document, experiment=replace(document.experiment, problem=changed))


def _found(file: SourceFile, folder: Path) -> SourceFile:
    # The path may be from another system: Windows's rules know both kinds of separators.
    beside = folder / PureWindowsPath(file.path).name
    try:
        lost = not Path(file.path).is_file() and beside.is_file()
    except (OSError, ValueError):
        return file
    return replace(file, path=str(beside.resolve())) if lost else file
