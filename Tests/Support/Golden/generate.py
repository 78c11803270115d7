"""Writes Tests/Support/Golden/fixtures: what PyTorch computes, for the Swift tests to agree with.

    python Tests/Support/Golden/generate.py

Made with Python 3.11.7, PyTorch 2.13.0+cpu, NumPy 2.4.6 and safetensors 0.8.0, one thread. There is no random seed:
every input is a formula of its name and position.

    hash(name)        = FNV-1a, 64 bits, of the name's UTF-8 bytes
    word(name, i)     = output i (from 0) of SplitMix64 seeded with hash(name):
                        z = hash + (i + 1) * 0x9E3779B97F4A7C15, then its mixing function, all modulo 2^64
    top(name, i)      = word(name, i) >> 40                          24 bits
    uniform(name, i)  = (top(name, i) - 2^23) * 2^-23                in -1 ..< 1, exact in float32
    integer(name, i)  = (top(name, i) * bound) >> 24                 in 0 ..< bound
    sign(name, i)     = -1 where bit 63 of word(name, i) is set, else 1
    parameter(name)   = offset + scale * uniform(name, i)            each operation rounded to float32

A network's parameter p is named "<network>.<p>". Offset and scale stand in network-<network>.json: batch normalization
has 1 and 1/4 for its weight, 0 and 1/4 for its bias; everything else 0 and the float32 nearest to 1 / sqrt(fanIn).

The batch of step k has labels integer("<network>.batch.<k>.labels", n) below 10, and the images

    uniform("<network>.batch.<k>.images", i) + uniform("<network>.class.<label>", (i modulo the image's size) / 64)

Tensors of more than 512 elements are kept as 256 samples at the elements integer("<name>.indices", j), their L2 norm,
and four projections, p = 0 ... 3: the sum over i of sign("<name>.projection.<p>", i) * value i. There, name is the
tensor's name in the fixture, such as "0.weight.gradient".

Layers, losses, optimizers, clipping and explanations are computed in float64 from float32 inputs, and kept as float32. Networks and
curves are computed in PyTorch's float32 and again, as "<name>.float64", in float64.

Schedules give the factor on the learning rate at step s, from 0, of T steps with W warm-up steps and E steps an epoch:

    warm-up      (s + 1) / W for s < W; otherwise
    constant     1
    step         decayFactor ^ floor((s - W) / (stepEpochs * E))
    milestones   decayFactor ^ (how many milestones m have m * E <= s)
    cosine       final + (1 - final) * 0.5 * (1 + cos(pi * (s - W) / (T - W)))
    one-cycle    with p = peak * T - 1: initial + (1 - initial) * s / p for s < p,
                 otherwise 1 + (final - 1) * (s - p) / (T - 1 - p)

All are checked against PyTorch's schedulers, with SequentialLR for the warm-up.
"""

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

import explain
import formula
import layers
import networks
import optimizers

FOLDER = Path(__file__).parent / "fixtures"


def formula_fixture() -> dict:
    """A few numbers of the formula itself, for the test of its repetition in Swift."""
    name, shape = "mlp.1.weight", (1000,)
    network = networks.descriptions()["network-cnn"]
    images, labels = formula.batch(
        "cnn", 3, network["batchSize"], network["inputShape"], network["classCount"])
    indices = formula.integers("images.indices", 256, images.size)
    return {
        "uniform": formula.uniform(name, shape),
        "parameter": formula.parameter(name, shape, 0.0, formula.bound(3072)),
        "normalization": formula.parameter("resnet.1.weight", (16,), 1.0, 0.25),
        "integers": formula.integers(name, 1000, 10),
        "signs": formula.signs(name, 1000),
        "images.indices": indices,
        "images.samples": images.reshape(-1)[indices],
        "labels": labels,
    }


def stored(value) -> np.ndarray:
    """A tensor as it is written: layer fixtures are computed in float64, and kept as float32."""
    if isinstance(value, torch.Tensor):
        value = value.detach().float().numpy()
    return np.asarray(value, order="C")


def flow_yaml(value) -> str:
    """A layer in YAML's flow style: JSON whose words need no quotes."""
    return json.dumps(value).replace('"', "")


def main() -> None:
    torch.set_num_threads(1)
    FOLDER.mkdir(exist_ok=True)
    for kind in ("safetensors", "json", "yaml"):
        for old in FOLDER.glob(f"*.{kind}"):
            old.unlink()
    fixtures = {"formula": formula_fixture()}
    fixtures |= layers.fixtures() | optimizers.fixtures() | networks.fixtures() | explain.fixtures()
    for name, tensors in fixtures.items():
        save_file({key: stored(value) for key, value in tensors.items()}, FOLDER / f"{name}.safetensors")
    for name, description in networks.descriptions().items():
        (FOLDER / f"{name}.json").write_text(json.dumps(description, indent=1) + "\n")
        layer_list = "".join(f"    - {flow_yaml(layer)}\n" for layer in networks.layers_of(description["name"]))
        (FOLDER / f"{name}.yaml").write_text("network:\n  layers:\n" + layer_list)


if __name__ == "__main__":
    main()
