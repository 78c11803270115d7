"""Writes the handwritten digits of scikit-learn's load_digits as text, and golden values for the tests of it.

    python Tests/Support/Golden/digits.py

Made with Python 3.11, scikit-learn 1.9.1, numpy 2.4.6.
"""

from pathlib import Path

import numpy
from sklearn.datasets import load_digits

ROOT = Path(__file__).resolve().parents[3]
ALPHABET = "0123456789abcdefg"
GOLDEN_HEADER = '''// Written by Tests/Support/Golden/digits.py with scikit-learn 1.9.1 and numpy 2.4.6; not to be edited.

/// What scikit-learn and numpy say of `load_digits`.
enum DigitsGolden {
'''


def main() -> None:
    digits = load_digits()
    images = digits.data.astype(numpy.uint8)
    labels = digits.target
    lines = [str(label) + "".join(ALPHABET[pixel] for pixel in image) + "\n" for image, label in zip(images, labels)]
    (ROOT / "Sources/3-Model/CDigits/digits.txt").write_text("".join(lines))

    scaled = images / 16
    columns = images.sum(axis=0, dtype=int)
    rows = "\n".join(
        "        " + ", ".join(str(value) for value in columns[start : start + 8]) + "," for start in range(0, 64, 8)
    )
    golden = GOLDEN_HEADER
    golden += f"    static let pixelSum = {int(images.sum(dtype=int))}\n"
    golden += f"    static let classCounts = {numpy.bincount(labels).tolist()}\n"
    golden += f"    static let mean: Float = {scaled.mean():.4f}\n"
    golden += f"    static let deviation: Float = {scaled.std():.4f}\n"
    golden += "    /// The sum over all images of each pixel, row by row.\n"
    golden += f"    static let sumsByPosition = [\n{rows}\n    ]\n"
    golden += "    /// The sum over each class's images of (position + 1) * pixel, which no rearrangement keeps.\n"
    weighted = images.astype(int) @ numpy.arange(1, 65)
    sums = numpy.bincount(labels, weights=weighted).astype(int).tolist()
    golden += f"    static let weightedSumsByClass = [\n        {', '.join(map(str, sums))},\n    ]\n"
    golden += "}\n"
    (ROOT / "Tests/3-Model/DatasetsTests/DigitsGolden.swift").write_text(golden)


if __name__ == "__main__":
    main()
