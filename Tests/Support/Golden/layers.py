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
    wide = {
        "conv2d-3x5-strided": nn.Conv2d(3, 4, (3, 5), (1, 2), (1, 0)),
        "conv2d-dilated": nn.Conv2d(3, 5, 3, padding="same", dilation=2),
        "conv2d-reflect": nn.Conv2d(3, 4, 3, padding=2, padding_mode="reflect"),
        "conv2d-replicate": nn.Conv2d(3, 4, 3, padding=2, padding_mode="replicate"),
        "conv2d-circular": nn.Conv2d(3, 4, 3, padding=2, padding_mode="circular"),
        "maxPool2d-padded": nn.MaxPool2d(3, 2, 1, ceil_mode=True),
        "averagePool2d-padded": nn.AvgPool2d(3, 2, 1, ceil_mode=True),
        "averagePool2d-uncounted": nn.AvgPool2d(3, 2, 1, count_include_pad=False),
        "globalMaxPool": nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten()),
    }
    for name, module in wide.items():
        fixtures[name] = run(name, module, formula.uniform(f"{name}.input", (2, 3, 6, 9)))
    name = "conv2d-grouped"
    fixtures[name] = run(name, nn.Conv2d(4, 6, 3, padding=1, groups=2), formula.uniform(f"{name}.input", (2, 4, 5, 6)))
    name = "conv2d-depthwise"
    fixtures[name] = run(name, nn.Conv2d(17, 17, 3, padding=1, groups=17), formula.uniform(f"{name}.input", (2, 17, 6, 7)))
    name = "locallyConnected2d"
    module = LocallyConnected(3, 5, (3, 2), (3, 6), (2, 1), (1, 0))
    fixtures[name] = run(name, module, formula.uniform(f"{name}.input", (2, 3, 6, 7)))
    sequences = {
        "conv1d": nn.Conv1d(4, 6, 3, 2, 2, dilation=2, groups=2),
        "conv1d-circular": nn.Conv1d(4, 3, 5, padding="same", padding_mode="circular"),
        "maxPool1d": nn.MaxPool1d(3, 2, 1),
        "averagePool1d": nn.AvgPool1d(3, 2, 1),
        "batchNorm1d": nn.BatchNorm1d(4),
    }
    for name, module in sequences.items():
        fixtures[name] = run(name, module, formula.uniform(f"{name}.input", (3, 4, 11)))
    name = "batchNorm1d-vector"
    fixtures[name] = run(name, nn.BatchNorm1d(7), formula.uniform(f"{name}.input", (5, 7)))
    name = "batchNorm1d-flattened"
    module = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(24), nn.Linear(24, 3))
    fixtures[name] = run(name, module, formula.uniform(f"{name}.input", (5, 3, 2, 4)))
    # Equal values in a window: the gradient goes to the first in row order.
    ties = formula.integers("maxPool2d-ties.input", 2 * 3 * 9 * 8, 3).astype(np.float32).reshape(2, 3, 9, 8)
    fixtures["maxPool2d-ties"] = run("maxPool2d-ties", nn.MaxPool2d(3, 2), ties) | scalars(kernel=3, stride=2)
    name = "globalAveragePool"
    fixtures[name] = run(name, modules.make(name, {}, (17, 5, 7)), formula.uniform(f"{name}.input", (3, 17, 5, 7)))
    # Eighths, so that exact zeros occur: the gradient there is 0.
    eighths = np.round(formula.uniform("relu.input", (2, 3, 7, 5)) * 8) / np.float32(8)
    fixtures["relu"] = run("relu", nn.ReLU(), eighths)
    activations = {
        "leakyReLU": nn.LeakyReLU(0.2),
        "elu": nn.ELU(1.5),
        "sigmoid": nn.Sigmoid(),
        "tanh": nn.Tanh(),
        "silu": nn.SiLU(),
        "gelu": nn.GELU(),
        "gelu-tanh": nn.GELU(approximate="tanh"),
    }
    for name, module in activations.items():
        fixtures[name] = run(name, module, 4 * formula.uniform(f"{name}.input", (2, 3, 7, 5)))
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


class LocallyConnected(nn.Module):
    """A convolution's windows, each with weights [O, C, KH, KW] and biases [O] of its own, summed window by window."""

    def __init__(self, channels: int, outputs: int, kernel: tuple, size: tuple, stride: tuple, padding: tuple):
        super().__init__()
        self.kernel, self.size, self.stride, self.padding = kernel, size, stride, padding
        self.weight = nn.Parameter(torch.zeros(*size, outputs, channels, *kernel))
        self.bias = nn.Parameter(torch.zeros(*size, outputs))

    def forward(self, x):
        x = functional.pad(x, (self.padding[1], self.padding[1], self.padding[0], self.padding[0]))
        rows = []
        for i in range(self.size[0]):
            row = []
            for j in range(self.size[1]):
                top, left = i * self.stride[0], j * self.stride[1]
                window = x[:, :, top:top + self.kernel[0], left:left + self.kernel[1]]
                row.append(functional.conv2d(window, self.weight[i, j], self.bias[i, j])[:, :, 0, 0])
            rows.append(torch.stack(row, dim=2))
        return torch.stack(rows, dim=2)


class Concatenate(nn.Module):
    """The outputs of branches, one after the other along the channels."""

    def __init__(self, *branches: list):
        super().__init__()
        self.branches = nn.ModuleList(nn.Sequential(*branch) for branch in branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=1)


def within_samples() -> dict:
    """Normalization within a sample, and branches side by side."""
    fixtures = {}
    norms = {
        "layerNorm": nn.LayerNorm([6, 4, 5]),
        "groupNorm": nn.GroupNorm(3, 6),
        "localResponseNorm": nn.LocalResponseNorm(5, alpha=0.5),
        "localResponseNorm-even": nn.LocalResponseNorm(4, alpha=0.7, beta=0.5, k=2),
    }
    for name, module in norms.items():
        fixtures[name] = run(name, module, 2 * formula.uniform(f"{name}.input", (3, 6, 4, 5)))
    blocks = {
        "concatenate": [
            Concatenate(
                [nn.Conv2d(3, 2, 1)], [nn.Conv2d(3, 4, 3, padding=1), nn.ReLU()], [nn.MaxPool2d(3, 1, 1)], [])
        ],
        "concatenate-flattened": [nn.Flatten(), Concatenate([], [nn.Linear(60, 5)]), nn.Linear(65, 3)],
    }
    for name, layers in blocks.items():
        fixtures[name] = run(name, nn.Sequential(*layers), formula.uniform(f"{name}.input", (2, 3, 4, 5)))
    return fixtures


def flattened_residual() -> dict:
    """A dense layer beside the flattened image that it reads: what is added stands in the order of files."""
    name = "residual-flattened"
    layers = ["flatten", {"residual": {"body": [{"linear": {"outputFeatures": 24}}]}}]
    module, _ = modules.sequential(layers, (3, 4, 2))
    return {name: run(name, module, formula.uniform(f"{name}.input", (3, 3, 4, 2)))}


def residual_layer(channels: int, stride: int, projects: bool) -> dict:
    """The configuration of the usual residual block."""
    def convolution(kernel, stride, padding):
        options = {"outputChannels": channels, "kernel": kernel, "stride": stride, "padding": padding, "bias": False}
        return {"conv2d": options}

    body = [convolution(3, stride, 1), "batchNorm2d", "relu", convolution(3, 1, 1), "batchNorm2d"]
    shortcut = [convolution(1, stride, 0), "batchNorm2d"] if projects else []
    return {"residual": {"body": body, "shortcut": shortcut}}


def whitening() -> dict:
    """Filters that whiten 2x2 patches of correlated images: the eigenvectors of the patches' second moment."""
    images = formula.uniform("whitening.images", (6, 3, 7, 5))
    images = (images + np.roll(images, 1, 3) + 0.5 * np.roll(images, 1, 1)).astype(np.float32)
    patches = torch.from_numpy(images).double().unfold(2, 2, 1).unfold(3, 2, 1)
    patches = patches.permute(0, 2, 3, 1, 4, 5).reshape(-1, 12)
    variances, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
    vectors, variances = vectors.T.flip(0), variances.flip(0)
    largest = vectors.gather(1, vectors.abs().argmax(1, keepdim=True))
    filters = vectors * largest.sign() / (variances + 5e-4).sqrt()[:, None]
    return {"whitening": {
        "images": images, "filters": torch.cat([filters, -filters]).reshape(24, 3, 2, 2), "variances": variances}}


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


def blended_cross_entropy() -> dict:
    """The same for blends of two samples, whose targets are the probabilities of two classes; one blend is of one class."""
    name, smoothing = "crossEntropy-blended", 0.1
    labels, others = (formula.integers(f"{name}.{key}", 7, 10) for key in ["labels", "others"])
    others[2] = labels[2]
    shares = np.abs(formula.uniform(f"{name}.shares", (7,)))
    logits = tensor(4 * formula.uniform(f"{name}.logits", (7, 10)))
    one_hot = lambda classes: functional.one_hot(torch.from_numpy(classes).long(), 10).double()
    share = torch.from_numpy(shares).double()[:, None]
    targets = share * one_hot(labels) + (1 - share) * one_hot(others)
    loss = functional.cross_entropy(logits, targets, label_smoothing=smoothing)
    loss.backward()
    return {name: scalars(labelSmoothing=smoothing) | {
        "logits": logits, "labels": labels, "others": others, "shares": shares, "loss": loss,
        "logits.gradient": logits.grad}}


def fixtures() -> dict:
    return simple() | batch_norm() | residual() | within_samples() | flattened_residual() | whitening() | cross_entropy() | blended_cross_entropy()
