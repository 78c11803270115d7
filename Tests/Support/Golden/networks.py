"""Whole networks: first-batch gradients and ten-step curves, in PyTorch's float32 and again in float64."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

import formula
import modules
import optimizers
from layers import residual_layer, scalars

BATCH_SIZE = 16
CLASS_COUNT = 10
STEP_COUNT = 10
SAMPLE_COUNT = 256
PROJECTION_COUNT = 4
CLIP_NORM = 1.0


def convolution(channels: int, bias=True) -> dict:
    return {"conv2d": {"outputChannels": channels, "kernel": 3, "stride": 1, "padding": "same", "bias": bias}}


def linear(features: int) -> dict:
    return {"linear": {"outputFeatures": features}}


POOL = {"maxPool2d": {"kernel": 2, "stride": 2}}

NETWORKS = {
    "mlp": ((3, 32, 32), ["flatten", linear(512), "relu", linear(256), "relu", linear(10)]),
    "cnn": ((3, 32, 32), [
        convolution(32), "relu", POOL, convolution(64), "relu", POOL, "flatten", linear(64), "relu", linear(10)]),
    "resnet": ((3, 16, 16), [
        convolution(16, bias=False), "batchNorm2d", "relu",
        residual_layer(16, 1, projects=False), "relu", residual_layer(32, 2, projects=True), "relu",
        "globalAveragePool", linear(10)]),
}

CURVES = {
    "sgd": ("sgd", optimizers.sgd(0.02, 0.9, 1, 5e-4), None),
    "sgd-clipped": ("sgd", optimizers.sgd(0.02, 0.9, 1, 5e-4), CLIP_NORM),
    "adam": ("adam", optimizers.adam(1e-3, 0.0), None),
    "adamw": ("adamw", optimizers.adam(1e-3, 1e-2), None),
}


def build(name: str, dtype: torch.dtype) -> nn.Sequential:
    shape, layers = NETWORKS[name]
    network, _ = modules.sequential(layers, shape)
    modules.initialize(network, name)
    return network.to(dtype)


def loss_of(network: nn.Module, name: str, step: int, dtype: torch.dtype):
    """Loss and logits of the network on the batch of one step."""
    images, labels = formula.batch(name, step, BATCH_SIZE, NETWORKS[name][0], CLASS_COUNT)
    logits = network(torch.from_numpy(images).to(dtype))
    return functional.cross_entropy(logits, torch.from_numpy(labels).long()), logits


def first_batch(name: str, dtype: torch.dtype) -> dict:
    """Logits, loss and gradients of the initial network on the batch of step 0."""
    network = build(name, dtype)
    loss, logits = loss_of(network, name, 0, dtype)
    loss.backward()
    tensors = {"logits": logits, "loss": loss}
    return tensors | {f"{key}.gradient": value.grad for key, value in network.named_parameters()}


def curve(name: str, kind: str, settings: dict, clip: float | None, dtype: torch.dtype) -> dict:
    """Losses and gradient norms (before clipping) of ten steps, each on its own batch, and the final weights."""
    network = build(name, dtype)
    update = optimizers.optimizer(kind, network.parameters(), settings)
    losses, norms = [], []
    for step in range(STEP_COUNT):
        update.zero_grad()
        loss, _ = loss_of(network, name, step, dtype)
        loss.backward()
        norms.append(nn.utils.clip_grad_norm_(network.parameters(), clip or float("inf")).item())
        update.step()
        losses.append(loss.item())
    state = {key: value for key, value in network.state_dict().items() if value.is_floating_point()}
    return state | {"losses": torch.tensor(losses, dtype=dtype), "gradientNorms": torch.tensor(norms, dtype=dtype)}


def summarized(fixture: str, single: dict, double: dict) -> dict:
    """Both precisions side by side: small tensors whole, large ones as samples, norm and projections."""
    tensors, errors = {}, {}
    for name in single:
        values = [pair[name].detach().numpy().reshape(-1) for pair in (single, double)]
        errors[name] = np.linalg.norm(values[0] - values[1]) / np.linalg.norm(values[1])
        for flat, suffix in zip(values, ("", ".float64")):
            if flat.size <= 2 * SAMPLE_COUNT:
                tensors[name + suffix] = flat.reshape(tuple(single[name].shape))
                continue
            exact = flat.astype(np.float64)
            indices = formula.integers(f"{name}.indices", SAMPLE_COUNT, flat.size)
            projections = [exact @ formula.signs(f"{name}.projection.{p}", flat.size) for p in range(PROJECTION_COUNT)]
            tensors[f"{name}.indices"] = indices
            tensors[f"{name}.samples{suffix}"] = flat[indices]
            tensors[f"{name}.norm{suffix}"] = np.sqrt(np.sum(exact**2))
            tensors[f"{name}.projections{suffix}"] = np.array(projections)
    worst = max(errors, key=errors.get)
    loss = "losses" if "losses" in errors else "loss"
    print(f"| {fixture} | {errors[loss]:.1e} | {errors[worst]:.1e} ({worst}) |")
    # Half of what the tests allow: beyond that, PyTorch's own rounding would decide them.
    assert errors[loss] < 5e-5 and errors[worst] < (5e-4 if loss == "losses" else 5e-5), f"{fixture}: ill conditioned"
    return tensors


def fixtures() -> dict:
    precisions = (torch.float32, torch.float64)
    result = {}
    for name in NETWORKS:
        fixture = f"network-{name}"
        result[fixture] = summarized(fixture, *(first_batch(name, precision) for precision in precisions))
        for label, (kind, settings, clip) in CURVES.items():
            fixture = f"curve-{name}-{label}"
            runs = [curve(name, kind, settings, clip, precision) for precision in precisions]
            result[fixture] = summarized(fixture, *runs) | scalars(**settings)
            if clip is not None:
                result[fixture] |= scalars(clipNorm=clip)
                assert (runs[1]["gradientNorms"] > clip).any(), f"{fixture}: nothing was clipped"
    return result


def layers_of(name: str) -> list:
    """A network's layers, in the configuration schema."""
    return NETWORKS[name][1]


def descriptions() -> dict:
    """The input of each network, and the formula's constants for each of its parameters."""
    return {
        f"network-{name}": {
            "name": name, "inputShape": shape, "batchSize": BATCH_SIZE, "classCount": CLASS_COUNT,
            "parameters": modules.initialization(build(name, torch.float32))}
        for name, (shape, _) in NETWORKS.items()
    }
