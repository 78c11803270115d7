"""What explains a small network's answer, in PyTorch: definitions as Captum's, without Captum.

Computed in float64 from float32 inputs and stored as float32, like the layers' fixtures.
"""

import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional

import formula
import modules
from layers import scalars

NAME = "explanation"
SHAPE = (3, 8, 8)
LABEL = 3
CAM_LAYER = 7
FILTER = (3, 2, 1, 2)  # layer, channel, row, column
OCCLUSION = {"window": 3, "stride": 2, "baseline": 0.125}
ASCENT = {"stepCount": 6, "stepSize": 0.1, "decay": 0.01, "blurInterval": 2, "limit": 0.25}
PROBE = {"stepCount": 25, "learningRate": 0.05, "weightDecay": 0.01, "classCount": 3}


def convolution(channels: int) -> dict:
    return {"conv2d": {"outputChannels": channels, "kernel": 3, "padding": "same"}}


LAYERS = [
    convolution(4), "relu", {"maxPool2d": {"kernel": 2, "stride": 2}},
    convolution(6), "batchNorm2d", "relu",
    {"residual": {"body": [convolution(6), "relu", convolution(6)]}}, "relu",
    "flatten", {"linear": {"outputFeatures": 8}}, "relu", {"linear": {"outputFeatures": 10}}]


def build() -> nn.Sequential:
    """The network in evaluation mode, with running statistics that are not those of the start."""
    network, _ = modules.sequential(LAYERS, SHAPE)
    modules.initialize(network, NAME)
    for key, value in network.named_buffers():
        if value.is_floating_point():
            offset = 1.0 if key.endswith("running_var") else 0.0
            value.copy_(torch.from_numpy(formula.parameter(f"{NAME}.{key}", tuple(value.shape), offset, 0.25)))
    return network.double().eval()


def outputs(network: nn.Sequential, x: torch.Tensor) -> list[torch.Tensor]:
    """Each layer's output."""
    result = []
    for layer in network:
        x = layer(x)
        result.append(x)
    return result


def gradient(network: nn.Sequential, image: torch.Tensor, layer: int, index: tuple) -> torch.Tensor:
    """The derivative of one number of a layer's output with respect to the image."""
    x = image.clone().requires_grad_()
    return torch.autograd.grad(outputs(network, x)[layer][index], x)[0]


def guided(network: nn.Sequential, image: torch.Tensor) -> torch.Tensor:
    """The same for the class's logit, with ReLUs that let only positive gradients through."""
    hooks = [
        module.register_full_backward_hook(lambda _, inputs, __: (functional.relu(inputs[0]),))
        for module in network.modules() if isinstance(module, nn.ReLU)]
    result = gradient(network, image, -1, (0, LABEL))
    for hook in hooks:
        hook.remove()
    return result


def grad_cam(network: nn.Sequential, image: torch.Tensor) -> torch.Tensor:
    every = outputs(network, image.clone().requires_grad_())
    weights = torch.autograd.grad(every[-1][0, LABEL], every[CAM_LAYER])[0].mean(dim=(2, 3), keepdim=True)
    return (weights * every[CAM_LAYER]).sum(dim=1, keepdim=True)


def occlusion(network: nn.Sequential, image: torch.Tensor) -> torch.Tensor:
    """Falls of the logit, each spread over its square, divided by the squares over each pixel."""
    window, stride = OCCLUSION["window"], OCCLUSION["stride"]
    falls, counts = torch.zeros(1, 1, *SHAPE[1:]).double(), torch.zeros(1, 1, *SHAPE[1:]).double()
    starts = [i * stride for i in range(math.ceil((SHAPE[1] - window) / stride) + 1)]
    for top in starts:
        for left in starts:
            mask = torch.zeros(1, 1, *SHAPE[1:]).double()
            mask[..., top:top + window, left:left + window] = 1
            covered = image * (1 - mask) + OCCLUSION["baseline"] * mask
            falls += mask * (network(image)[0, LABEL] - network(covered)[0, LABEL])
            counts += mask
    return falls / counts


def ascent(network: nn.Sequential, start: torch.Tensor) -> torch.Tensor:
    kernel = torch.tensor([0.25, 0.5, 0.25]).double()
    kernel = (kernel[:, None] * kernel[None, :]).expand(SHAPE[0], 1, 3, 3)
    x = start
    for step in range(1, ASCENT["stepCount"] + 1):
        slope = gradient(network, x, -1, (0, LABEL))
        x = (x + ASCENT["stepSize"] * slope / slope.square().mean().sqrt()) * (1 - ASCENT["decay"])
        if step % ASCENT["blurInterval"] == 0:
            x = functional.conv2d(functional.pad(x, (1, 1, 1, 1), mode="replicate"), kernel, groups=SHAPE[0])
        x = x.clamp(-ASCENT["limit"], ASCENT["limit"])
    return x


def network_fixture() -> dict:
    network = build()
    kinks = []
    hooks = [
        module.register_forward_pre_hook(lambda _, inputs: kinks.append(inputs[0].abs().min().item()))
        for module in network.modules() if isinstance(module, nn.ReLU)]
    image = torch.from_numpy(formula.uniform(f"{NAME}.image", (1, *SHAPE))).double()
    every = outputs(network, image)
    assert min(kinks) > 1e-5, "an activation too near to 0"
    for hook in hooks:
        hook.remove()
    layer, *unit = FILTER
    cam = grad_cam(network, image)
    tensors = {key: value for key, value in network.state_dict().items() if value.is_floating_point()}
    tensors |= {f"output.{index}": value for index, value in enumerate(every)}
    return tensors | scalars(label=LABEL, camLayer=CAM_LAYER, **OCCLUSION, **ASCENT) | {
        "image": image,
        "filter": np.array(FILTER, np.float64),
        "saliency": gradient(network, image, -1, (0, LABEL)).abs(),
        "guided": guided(network, image),
        "filterGradient": gradient(network, image, layer, (0, *unit)),
        "gradCAM": cam,
        "gradCAM.rectified": functional.relu(cam),
        "gradCAM.resized": functional.interpolate(cam, (7, 9), mode="bilinear", align_corners=False),
        "occlusion": occlusion(network, image),
        "ascent": ascent(network, image / 4),
    }


def features(name: str, rows: int) -> torch.Tensor:
    """Rows whose columns vary by different amounts, around different means, and together."""
    noise = formula.uniform(f"{NAME}.{name}", (rows, 5)).astype(np.float64) * [3, 2, 1, 0.5, 0.25]
    noise[:, 2] += 0.5 * noise[:, 0]
    return torch.from_numpy((noise + [0, 1, -2, 3, 4]).astype(np.float32)).double()


def components_fixture() -> dict:
    values = features("components", 40)
    centered = values - values.mean(dim=0)
    _, lengths, directions = torch.linalg.svd(centered, full_matrices=False)
    signs = torch.stack([row[row.abs().argmax()].sign() for row in directions])
    directions = (directions * signs[:, None])[:2]
    return {
        "features": values, "directions": directions, "coordinates": centered @ directions.T,
        "varianceShares": (lengths.square() / lengths.square().sum())[:2]}


def probe_fixture() -> dict:
    values = features("probe", 40)
    labels = torch.from_numpy(formula.integers(f"{NAME}.probe.labels", 40, PROBE["classCount"])).long()
    standardized = (values - values.mean(dim=0)) / values.std(dim=0, correction=0)
    weight = torch.zeros(5, PROBE["classCount"]).double().requires_grad_()
    bias = torch.zeros(PROBE["classCount"]).double().requires_grad_()
    optimizer = torch.optim.Adam([weight, bias], PROBE["learningRate"], weight_decay=PROBE["weightDecay"])
    for _ in range(PROBE["stepCount"]):
        optimizer.zero_grad()
        functional.cross_entropy(standardized @ weight + bias, labels).backward()
        optimizer.step()
    correct = (standardized @ weight + bias).argmax(dim=1) == labels
    return scalars(**PROBE) | {
        "features": values, "labels": labels.int(), "weight": weight, "bias": bias,
        "accuracy": correct.double().mean()}


def fixtures() -> dict:
    return {
        NAME: network_fixture(), f"{NAME}-components": components_fixture(), f"{NAME}-probe": probe_fixture()}
