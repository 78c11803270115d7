"""One rank of PyTorch's side of Launch/bench-peers.

Started once for each row of the table, it then obeys lines on its standard input, one JSON object each:
{"setting": ["bf16", "channels last", "compiled"], "seconds": 3}. All ranks get the same lines. Each answers with one line:
{"images_per_second": 1234.5, "parameter_count": 282250}, or {"error": "..."}. In between it sleeps, so that the other side has the cores.
"""

import datetime
import json
import os
import statistics
import sys
import time

import torch
import torch.distributed as dist
import yaml
from torch import nn

WARM_UP_STEPS = 2
LEAST_STEPS = 3
BATCHES_IN_MEMORY = 4


class Residual(nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


def make_layer(description, shape):
    """The module that a layer of a configuration file describes, for an input of `shape` [C, H, W] or [F]."""
    kind, options = (description, {}) if isinstance(description, str) else next(iter(description.items()))
    if kind == "conv2d":
        kernel, padding = options["kernel"], options.get("padding", "same")
        return nn.Conv2d(
            shape[0],
            options["outputChannels"],
            kernel,
            options.get("stride", 1),
            {"same": kernel // 2, "valid": 0}.get(padding, padding),
            options.get("dilation", 1),
            options.get("groups", 1),
            bias=options.get("bias", True),
        )
    if kind == "linear":
        return nn.Linear(shape[0], 10 if options["outputFeatures"] == "classes" else options["outputFeatures"], options.get("bias", True))
    if kind == "maxPool2d":
        return nn.MaxPool2d(options["kernel"], options.get("stride"))
    if kind == "globalAveragePool":
        return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    if kind == "batchNorm2d":
        return nn.BatchNorm2d(shape[0])
    if kind == "residual":
        body, shortcut = (make_network(options.get(branch, []), shape) for branch in ("body", "shortcut"))
        return Residual(body, shortcut)
    return {"relu": nn.ReLU, "flatten": nn.Flatten}[kind]()


def make_network(descriptions, shape):
    modules = []
    for description in descriptions:
        module = make_layer(description, shape).eval()
        shape = module(torch.zeros(1, *shape)).shape[1:]
        modules.append(module.train())
    return nn.Sequential(*modules)


class TrainingStep:
    """Forward, loss, backward with its reduction, and a move of the parameters."""

    def __init__(self, row, setting):
        torch.manual_seed(0)
        with open(row["config"]) as file:
            network = make_network(yaml.safe_load(file)["network"]["layers"], (3, 32, 32))
        layout = torch.channels_last if "channels last" in setting else torch.contiguous_format
        batch = row["global_batch"] // row["ranks"]
        self.batches = [
            (torch.randn(batch, 3, 32, 32).to(memory_format=layout), torch.randint(10, (batch,)))
            for _ in range(BATCHES_IN_MEMORY)
        ]
        self.network = network.to(memory_format=layout)
        self.parameter_count = sum(parameter.numel() for parameter in network.parameters())
        if row["ranks"] > 1:
            self.network = nn.parallel.DistributedDataParallel(
                self.network, broadcast_buffers=False, gradient_as_bucket_view=True, static_graph=True
            )
        if "compiled" in setting:
            self.network = torch.compile(self.network)
        self.is_bf16 = "bf16" in setting
        self.loss = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=1e-3, momentum=0.9, nesterov=True, fused=True)
        self.count = 0

    def __call__(self):
        images, labels = self.batches[self.count % len(self.batches)]
        self.count += 1
        with torch.autocast("cpu", torch.bfloat16, enabled=self.is_bf16):
            loss = self.loss(self.network(images), labels)
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return loss.item()


class LayerStep:
    """One convolution, forward and backward to its input and weights."""

    def __init__(self, row, setting):
        torch.manual_seed(0)
        layout = torch.channels_last if "channels last" in setting else torch.contiguous_format
        self.images = torch.randn(row["global_batch"], *row["input"]).to(memory_format=layout).requires_grad_()
        self.is_bf16 = "bf16" in setting
        self.layer = make_layer(row["layer"], row["input"]).to(memory_format=layout)
        gradient = torch.randn(self.layer(self.images).shape)
        self.gradient = gradient.to(torch.bfloat16 if self.is_bf16 else torch.float32, memory_format=layout)
        self.parameter_count = sum(parameter.numel() for parameter in self.layer.parameters())
        if "compiled" in setting:
            self.layer = torch.compile(self.layer)

    def __call__(self):
        with torch.autocast("cpu", torch.bfloat16, enabled=self.is_bf16):
            output = self.layer(self.images)
        output.backward(self.gradient)
        self.images.grad = None
        self.layer.zero_grad(set_to_none=True)


def measure(step, row, seconds):
    """Images a second of all ranks together, by the median step."""
    for _ in range(WARM_UP_STEPS):
        step()
    durations = []
    # Ranks must agree on the number of steps, so the first one's clock decides.
    count = torch.zeros(1)
    start = time.perf_counter()
    step()
    count[0] = max(LEAST_STEPS, seconds / (time.perf_counter() - start))
    if row["ranks"] > 1:
        dist.broadcast(count, 0)
    for _ in range(int(count)):
        start = time.perf_counter()
        step()
        durations.append(time.perf_counter() - start)
    return row["global_batch"] / statistics.median(durations)


def main():
    row = json.loads(sys.argv[1])
    torch.set_num_threads(row["threads"])
    torch.set_num_interop_threads(1)
    if row["ranks"] > 1:
        dist.init_process_group("gloo", timeout=datetime.timedelta(minutes=10))
    steps = {}
    for line in sys.stdin:
        command = json.loads(line)
        setting = tuple(command["setting"])
        try:
            if setting not in steps:
                steps[setting] = (LayerStep if "layer" in row else TrainingStep)(row, setting)
            rate = measure(steps[setting], row, command["seconds"])
            answer = {"images_per_second": rate, "parameter_count": steps[setting].parameter_count}
        except Exception as error:  # A setting that doesn't work here: the comparison goes on without it.
            answer = {"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"}
        print(json.dumps(answer), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
