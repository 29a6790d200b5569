"""What all tests of the app share: no display is needed."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
