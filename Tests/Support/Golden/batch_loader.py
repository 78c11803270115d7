"""Writes golden values for the loading of images: normalized, mirrored, moved over their reflected border.

    python Tests/Support/Golden/batch_loader.py

Made with Python 3.11, PyTorch 2.13.0.
"""

from pathlib import Path

import torch
from torch.nn.functional import pad

ROOT = Path(__file__).resolve().parents[3]
CHANNELS, HEIGHT, WIDTH, TRANSLATION = 2, 4, 5, 2
MEAN, DEVIATION = (0.4914, 0.3), (0.247, 0.5)
PLACEMENTS = [(False, 0, 0), (True, 0, 0), (False, -2, 1), (True, 2, -1), (True, 1, 2)]


def main() -> None:
    count = CHANNELS * HEIGHT * WIDTH
    pixels = torch.tensor([(37 * index + 11) % 256 for index in range(count)], dtype=torch.uint8)
    image = pixels.reshape(CHANNELS, HEIGHT, WIDTH).float() / 255
    image = (image - torch.tensor(MEAN)[:, None, None]) / torch.tensor(DEVIATION)[:, None, None]
    padded = pad(image[None], [TRANSLATION] * 4, mode="reflect")[0]
    text = f"// Written by Tests/Support/Golden/batch_loader.py with PyTorch {torch.__version__}; not to be edited.\n\n"
    text += "/// One image of 2x4x5 whose pixel i is (37 i + 11) mod 256, as PyTorch places and normalizes it `[H, W, C]`.\n"
    text += "enum BatchLoaderGolden {\n"
    text += f"    static let mean: [Float] = {list(MEAN)}\n    static let deviation: [Float] = {list(DEVIATION)}\n"
    text += "    static let images: [(isMirrored: Bool, rowOffset: Int, columnOffset: Int, values: [Float])] = [\n"
    for mirrored, row, column in PLACEMENTS:
        top, left = TRANSLATION + row, TRANSLATION + column
        window = padded[:, top : top + HEIGHT, left : left + WIDTH]
        if mirrored:
            window = window.flip(2)
        values = [f"{value:.8g}" for value in window.permute(1, 2, 0).flatten().tolist()]
        text += f"        (\n            {str(mirrored).lower()}, {row}, {column},\n            [\n"
        for start in range(0, count, 8):
            text += f"                {', '.join(values[start : start + 8])},\n"
        text += "            ]\n        ),\n"
    text += "    ]\n}\n"
    (ROOT / "Tests/3-Model/DatasetsTests/BatchLoaderGolden.swift").write_text(text)


if __name__ == "__main__":
    main()
