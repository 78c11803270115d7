"""One fixture a layer or loss: everything is computed in float64 from float32 inputs and stored as float32."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

import formula
import modules


def tensor(values: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(values).double().requires_grad_()


def scalars(**values) -> dict:
    """Settings of a fixture, as tensors of rank 0."""
    return {name: np.array(value, np.float64) for name, value in values.items()}


def run(name: str, module: nn.Module, x: np.ndarray) -> dict:
    """Input, parameters, output, a random output gradient, and every gradient that follows from it."""
    modules.initialize(module, name)
    module = module.double()
    kinks = []
    for child in module.modules():
        if isinstance(child, nn.ReLU):
            child.register_forward_pre_hook(lambda _, inputs: kinks.append(inputs[0].abs()))
    inputs = tensor(x)
    output = module(inputs)
    seed = tensor(formula.uniform(f"{name}.output.gradient", tuple(output.shape)))
    output.backward(seed.detach())
    # Within rounding of a kink, float32 and float64 could take different sides.
    assert all(((k == 0) | (k > 1e-5)).all() for k in kinks), f"{name}: an activation too near to 0"
    tensors = {"input": inputs, "output": output, "output.gradient": seed, "input.gradient": inputs.grad}
    for parameter, value in module.named_parameters():
        tensors |= {parameter: value, f"{parameter}.gradient": value.grad}
    return tensors


def simple() -> dict:
    """Linear, convolution and pooling: name -> tensors."""
    fixtures = {"linear": run("linear", nn.Linear(17, 5), formula.uniform("linear.input", (3, 17)))}
    convolutions = {
        "conv2d-3x3-same": ((2, 3, 9, 7), 17, 3, 1, 1, True),
        "conv2d-3x3-same-no-bias": ((2, 17, 5, 7), 3, 3, 1, 1, False),
        "conv2d-3x3-stride2": ((2, 3, 11, 8), 17, 3, 2, 1, True),
        "conv2d-5x5-valid": ((2, 3, 11, 13), 17, 5, 1, 0, True),
        "conv2d-1x1-stride2": ((3, 17, 9, 7), 3, 1, 2, 0, False),
    }
    for name, (shape, output_channels, kernel, stride, padding, bias) in convolutions.items():
        module = nn.Conv2d(shape[1], output_channels, kernel, stride, padding, bias=bias)
        fixtures[name] = run(name, module, formula.uniform(f"{name}.input", shape))
        fixtures[name] |= scalars(kernel=kernel, stride=stride, padding=padding)
    pools = {
        "maxPool2d-2-stride2": (nn.MaxPool2d, 2, 2),
        "maxPool2d-3-stride2": (nn.MaxPool2d, 3, 2),
        "averagePool2d-2-stride2": (nn.AvgPool2d, 2, 2),
        "averagePool2d-3-stride2": (nn.AvgPool2d, 3, 2),
    }
    for name, (kind, kernel, stride) in pools.items():
        fixtures[name] = run(name, kind(kernel, stride), formula.uniform(f"{name}.input", (2, 3, 9, 8)))
        fixtures[name] |= scalars(kernel=kernel, stride=stride)
    # Equal values in a window: the gradient goes to the first in row order.
    ties = formula.integers("maxPool2d-ties.input", 2 * 3 * 9 * 8, 3).astype(np.float32).reshape(2, 3, 9, 8)
    fixtures["maxPool2d-ties"] = run("maxPool2d-ties", nn.MaxPool2d(3, 2), ties) | scalars(kernel=3, stride=2)
    name = "globalAveragePool"
    fixtures[name] = run(name, modules.make(name, {}, (17, 5, 7)), formula.uniform(f"{name}.input", (3, 17, 5, 7)))
    # Eighths, so that exact zeros occur: the gradient there is 0.
    eighths = np.round(formula.uniform("relu.input", (2, 3, 7, 5)) * 8) / np.float32(8)
    fixtures["relu"] = run("relu", nn.ReLU(), eighths)
    return fixtures


def batch_norm() -> dict:
    """Two training batches, then an evaluation batch under the running statistics they left."""
    name, shape = "batchNorm2d", (3, 5, 7, 4)
    module = nn.BatchNorm2d(5)
    inputs = {part: 2 * formula.uniform(f"{name}.{part}.input", shape) for part in ("first", "second", "evaluation")}
    inputs["second"] = inputs["second"] + np.float32(0.5)
    tensors = run(name, module, inputs["first"]) | scalars(epsilon=1e-5, momentum=0.1)
    tensors |= {f"first.{key}": getattr(module, key).clone() for key in ("running_mean", "running_var")}
    for part in ("second", "evaluation"):
        if part == "evaluation":
            module.eval()
        x = tensor(inputs[part])
        tensors |= {f"{part}.input": x, f"{part}.output": module(x)}
    tensors |= {f"second.{key}": getattr(module, key).clone() for key in ("running_mean", "running_var")}
    return {name: tensors}


def residual() -> dict:
    """A residual block and its ReLU: with the identity, and with a strided projection, as the shortcut."""
    fixtures = {}
    for name, shape, channels, stride in [
        ("residual-identity", (3, 5, 7, 6), 5, 1),
        ("residual-projection", (3, 3, 9, 7), 17, 2),
    ]:
        layers = [residual_layer(channels, stride, projects=stride > 1), "relu"]
        module, _ = modules.sequential(layers, shape[1:])
        fixtures[name] = run(name, module, formula.uniform(f"{name}.input", shape)) | scalars(stride=stride)
        for key, value in module.named_buffers():
            if not key.endswith("num_batches_tracked"):
                fixtures[name][key] = value
    return fixtures


def residual_layer(channels: int, stride: int, projects: bool) -> dict:
    """The configuration of the usual residual block."""
    def convolution(kernel, stride, padding):
        options = {"outputChannels": channels, "kernel": kernel, "stride": stride, "padding": padding, "bias": False}
        return {"conv2d": options}

    body = [convolution(3, stride, 1), "batchNorm2d", "relu", convolution(3, 1, 1), "batchNorm2d"]
    shortcut = [convolution(1, stride, 0), "batchNorm2d"] if projects else []
    return {"residual": {"body": body, "shortcut": shortcut}}


def cross_entropy() -> dict:
    """Softmax cross-entropy: one loss a sample, their mean, and the mean's gradient."""
    fixtures = {}
    for name, smoothing in [("crossEntropy", 0.0), ("crossEntropy-smoothed", 0.1)]:
        values = 4 * formula.uniform(f"{name}.logits", (7, 10))
        values[3] *= 25  # exp would overflow float32 without the usual shift
        labels = formula.integers(f"{name}.labels", 7, 10)
        logits, targets = tensor(values), torch.from_numpy(labels).long()
        loss = functional.cross_entropy(logits, targets, label_smoothing=smoothing)
        loss.backward()
        losses = functional.cross_entropy(logits, targets, label_smoothing=smoothing, reduction="none")
        fixtures[name] = scalars(labelSmoothing=smoothing) | {
            "logits": logits, "labels": labels, "loss": loss, "losses": losses, "logits.gradient": logits.grad}
    return fixtures


def fixtures() -> dict:
    return simple() | batch_norm() | residual() | cross_entropy()
