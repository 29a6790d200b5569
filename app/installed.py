"""The package ``talweg``, which an installation puts around ``app``, ``engine`` and ``assets``.

The wheel holds this file as ``talweg/__init__.py`` with the three folders inside it, so that site-packages gets one new
name and not three common ones. It puts its own folder first on the path: the imports inside stay what they are in a
checkout, and a notebook writes ``import talweg, engine``.
"""

import sys
from pathlib import Path
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parent))


def main() -> NoReturn:
    """Run the program as the ``talweg`` command; imported from ``app``, so that no module exists twice."""
    import app.main

    app.main.leave()
