import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import sys
from app.panels.landscape.settings import LandscapeSettings
from app.panels.landscape.background import prepare
from app.theme import THEMES

before = set(sys.modules)
prepare(LandscapeSettings(palette="magma"), THEMES["dark"])
print(*sorted(name for name in set(sys.modules) - before if "." not in name))
"""


def test_preparing_loads_what_contours_are_made_with() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "contourpy" in done.stdout.split()
