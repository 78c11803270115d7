"""Writes fixtures/checkpoints/reference.safetensors for SafetensorsTests with the reference implementation.

Made with Python 3.11, safetensors 0.8.0, torch 2.13.0 (CPU):

    python Tests/Support/Golden/checkpoints.py              writes the fixture
    python Tests/Support/Golden/checkpoints.py check FILE   reads FILE with safetensors.torch and checks that it holds the fixture's
                                                    tensors; SafetensorsTests writes such a file to
                                                    $SWIFT_DP_SAFETENSORS_OUT where that is set
"""

import pathlib
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

FIXTURE = pathlib.Path(__file__).parent / "fixtures" / "checkpoints" / "reference.safetensors"

# Multiples of powers of two: exact in any language. Names that sort differently as numbers, and one that needs escapes.
TENSORS = {
    "0.weight": torch.arange(2 * 3 * 2 * 2, dtype=torch.float32).reshape(2, 3, 2, 2) / 8 - 1,
    "0.bias": torch.tensor([0.5, -0.25]),
    "10.weight": torch.tensor([[1.0, 2.0, 3.0], [-1.0, -2.0, -3.0]]),
    "2.scale": torch.tensor(1.5),
    "empty": torch.zeros(0, 3),
    'qu"ote\\ \u00fc\n\u0001': torch.tensor([float("inf"), -0.0]),
}


def check(path):
    found = load_file(path)
    assert found.keys() == TENSORS.keys(), found.keys()
    for name, tensor in TENSORS.items():
        assert found[name].shape == tensor.shape and torch.equal(found[name], tensor), name
    with safe_open(path, "pt") as file:
        assert file.metadata() == {"format": "pt"}, file.metadata()
    print(f"{path}: {len(found)} tensors agree")


if __name__ == "__main__":
    if sys.argv[1:2] == ["check"]:
        check(sys.argv[2])
    else:
        FIXTURE.parent.mkdir(parents=True, exist_ok=True)
        save_file(TENSORS, FIXTURE, metadata={"format": "pt"})
