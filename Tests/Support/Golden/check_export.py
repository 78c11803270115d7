"""Checks an exported network in onnxruntime and PyTorch against this program's own logits, image by image.

    python Tests/Support/Golden/check_export.py images FOLDER
    python Tests/Support/Golden/check_export.py logits FOLDER NAME TOLERANCE

FOLDER holds inside.onnx, outside.onnx and network.py (of `export`). The first form chooses the images: all digits that are
part of the program, or the test images of CIFAR-10 (under $SWIFT_DP_DATA), and prints the settings with which `evaluate`
takes them. The second wants logits.csv of `evaluate --predictions --logits`, and ends with 1 where logits differ by more
than the tolerance, as a share of the largest logit where that is above 1. Launch/export-test calls both.
"""

import csv
import importlib.util
import json
import os
import re
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

BATCH = 500
ROOT = Path(__file__).resolve().parents[3]


def digits() -> np.ndarray:
    lines = (ROOT / "Sources/3-Model/CDigits/digits.txt").read_text().split()
    images = [line[1:] for line in lines if re.fullmatch("[0-9][0-9a-g]{64}", line)]
    return np.array([[int(digit, 17) for digit in image] for image in images], dtype=np.uint8).reshape(-1, 1, 8, 8)


def cifar10() -> np.ndarray:
    root = Path(os.environ.get("SWIFT_DP_DATA") or Path.home() / ".cache/swift-dp-train")
    records = np.fromfile(root / "cifar-10-batches-bin/test_batch.bin", dtype=np.uint8).reshape(-1, 3073)
    return records[:, 1:].reshape(-1, 3, 32, 32)


def choose_images(folder: Path) -> None:
    """Writes images.npy of pixels, and set.npz of the same images in floats as a data set of the program's."""
    extents = [entry.dim_value for entry in onnx.load(folder / "inside.onnx").graph.input[0].type.tensor_type.shape.dim]
    pixels = digits() if extents[1:] == [1, 8, 8] else cifar10()
    scaling = properties(folder / "outside.onnx")
    floats = pixels / np.float32(scaling["pixel_maximum"])
    classes = np.arange(len(scaling["class_names"]), dtype=np.uint8)
    labels = np.zeros(len(pixels), dtype=np.uint8)
    np.save(folder / "images.npy", pixels)
    np.savez(folder / "set.npz", x_train=floats[: len(classes)], y_train=classes, x_test=floats, y_test=labels)
    settings = {"name": "arrays", "root": folder / "set.npz"}
    settings |= {key: json.dumps(scaling[f"pixel_{key}"]) for key in ["mean", "deviation"]}
    print(*(f"dataset.{key}={value}" for key, value in settings.items()), sep="\n")


def expected_logits(path: Path) -> np.ndarray:
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert all(name.startswith("logit:") for name in rows[0][4:]), rows[0]
    assert [int(row[0]) for row in rows[1:]] == list(range(len(rows) - 1))
    return np.array([[float(value) for value in row[4:]] for row in rows[1:]], dtype=np.float32)


def properties(path: Path) -> dict:
    return {entry.key: json.loads(entry.value) for entry in onnx.load(path).metadata_props}


def scaled(pixels: np.ndarray, scaling: dict) -> np.ndarray:
    mean, deviation = (
        np.array(scaling[key], dtype=np.float32).reshape(1, -1, 1, 1) for key in ["pixel_mean", "pixel_deviation"]
    )
    return (pixels / np.float32(scaling["pixel_maximum"]) - mean) / deviation


def run_onnx(path: Path, images: np.ndarray) -> np.ndarray:
    onnx.checker.check_model(str(path), full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    batches = [images[start : start + BATCH] for start in range(0, len(images), BATCH)]
    return np.concatenate([session.run(["logits"], {"images": batch})[0] for batch in batches])


def run_torch(path: Path, pixels: np.ndarray) -> np.ndarray:
    spec = importlib.util.spec_from_file_location("exported", path)
    exported = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(exported)
    network = exported.load()
    with torch.no_grad():
        batches = [torch.from_numpy(pixels[start : start + BATCH]) for start in range(0, len(pixels), BATCH)]
        return np.concatenate([network(exported.preprocess(batch)).numpy() for batch in batches])


def compare(folder: Path, name: str, tolerance: float) -> None:
    expected = expected_logits(folder / "logits.csv")
    pixels = np.load(folder / "images.npy")
    assert len(pixels) == len(expected), (len(pixels), len(expected))
    floats = pixels.astype(np.float32)
    scaling = properties(folder / "outside.onnx")
    found = {
        "onnxruntime, pixels": run_onnx(folder / "inside.onnx", floats),
        "onnxruntime, scaled": run_onnx(folder / "outside.onnx", scaled(floats, scaling)),
        "torch": run_torch(folder / "network.py", pixels),
    }
    scale = np.maximum(np.abs(expected).max(), 1)
    differences = {key: float(np.abs(value - expected).max()) for key, value in found.items()}
    words = ", ".join(f"{key} {difference:.1e}" for key, difference in differences.items())
    print(f"{name}: {len(expected)} images, logits up to {np.abs(expected).max():.2f}; largest differences: {words}")
    if not all(difference <= tolerance * scale for difference in differences.values()):
        sys.exit(f"{name}: logits differ by more than {tolerance} of {scale:.2f}")


def main() -> None:
    if sys.argv[1] == "images":
        choose_images(Path(sys.argv[2]))
    else:
        compare(Path(sys.argv[2]), sys.argv[3], float(sys.argv[4]))


if __name__ == "__main__":
    main()
