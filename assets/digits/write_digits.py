"""Write ``digits.npz`` from scikit-learn's copy of the handwritten digits; run once, by hand, where scikit-learn is installed.

``python assets/digits/write_digits.py``
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits


def main() -> None:
    """Store the images as the whole numbers 0 to 16 that they are, and the labels, one byte each."""
    digits = load_digits()
    images = digits.images.astype(np.uint8)
    if not np.array_equal(images, digits.images):
        raise ValueError("The images are no longer whole numbers: look at what scikit-learn changed.")
    target = Path(__file__).with_name("digits.npz")
    np.savez_compressed(target, images=images, labels=digits.target.astype(np.uint8))


if __name__ == "__main__":
    main()
