"""Networks in PyTorch from the layer lists of the configuration schema, with the formula's parameters."""

import torch
from torch import nn

import formula


class Residual(nn.Module):
    """body(x) + shortcut(x); an empty shortcut is the identity. The usual ReLU afterwards is a layer of its own."""

    def __init__(self, body: nn.Sequential, shortcut: nn.Sequential):
        super().__init__()
        self.body = body
        self.shortcut = shortcut

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


def sequential(layers: list, shape: tuple) -> tuple[nn.Sequential, tuple]:
    """The layers for an input of `shape` [C, H, W], and the shape they give."""
    modules = []
    for layer in layers:
        kind, options = next(iter(layer.items())) if isinstance(layer, dict) else (layer, {})
        module = make(kind, options, shape)
        with torch.no_grad():
            shape = tuple(module.eval()(torch.zeros(1, *shape)).shape[1:])
        modules.append(module.train())
    return nn.Sequential(*modules), shape


def make(kind: str, options: dict, shape: tuple) -> nn.Module:
    """One layer for an input of `shape`."""
    match kind:
        case "linear":
            return nn.Linear(shape[0], options["outputFeatures"])
        case "conv2d":
            stride, padding = options.get("stride", 1), options.get("padding", "same")
            bias = options.get("bias", True)
            return nn.Conv2d(shape[0], options["outputChannels"], options["kernel"], stride, padding, bias=bias)
        case "maxPool2d":
            return nn.MaxPool2d(options["kernel"], options["stride"])
        case "averagePool2d":
            return nn.AvgPool2d(options["kernel"], options["stride"])
        case "globalAveragePool":
            return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        case "batchNorm2d":
            return nn.BatchNorm2d(shape[0])
        case "relu":
            return nn.ReLU()
        case "flatten":
            return nn.Flatten()
        case "residual":
            body, _ = sequential(options["body"], shape)
            shortcut, _ = sequential(options.get("shortcut", []), shape)
            return Residual(body, shortcut)
    raise ValueError(kind)


def initialization(module: nn.Module) -> list[dict]:
    """The offset and scale of the formula for each parameter, in PyTorch's order."""
    entries = []
    for prefix, child in module.named_modules():
        for name, value in child.named_parameters(recurse=False):
            normalizes = isinstance(child, nn.BatchNorm2d)
            offset = 1.0 if normalizes and name == "weight" else 0.0
            scale = 0.25 if normalizes else formula.bound(child.weight[0].numel())
            full = f"{prefix}.{name}" if prefix else name
            entries.append({"name": full, "shape": list(value.shape), "offset": offset, "scale": scale})
    return entries


def initialize(module: nn.Module, prefix: str) -> None:
    """Gives every parameter the formula's values under the name `<prefix>.<parameter>`."""
    parameters = dict(module.named_parameters())
    for entry in initialization(module):
        values = formula.parameter(
            f"{prefix}.{entry['name']}", entry["shape"], entry["offset"], entry["scale"])
        parameters[entry["name"]].data = torch.from_numpy(values).to(parameters[entry["name"]].dtype)
