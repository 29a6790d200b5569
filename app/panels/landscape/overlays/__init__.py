"""What can be drawn over a landscape: one file and one line each; the first is drawn first."""

from app.panels.landscape.overlays.contours import CONTOURS
from app.panels.landscape.overlays.hillshade import HILLSHADE
from app.panels.landscape.overlays.overlay import Overlay
from app.panels.landscape.overlays.paths import PATHS, STEP_DOTS
from app.panels.landscape.overlays.plateaus import PLATEAUS

OVERLAYS: list[Overlay] = [HILLSHADE, CONTOURS, PLATEAUS, PATHS, STEP_DOTS]
