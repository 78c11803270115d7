"""Optimizers on seven numbers, clipping, and schedules; computed in float64."""

import math

import numpy as np
import torch

import formula
from layers import scalars


def optimizer(kind: str, parameters, settings: dict) -> torch.optim.Optimizer:
    """The PyTorch optimizer for settings under the configuration schema's names."""
    rate, decay = settings["learningRate"], settings["weightDecay"]
    if kind == "sgd":
        return torch.optim.SGD(
            parameters, rate, settings["momentum"], weight_decay=decay, nesterov=bool(settings["nesterov"]))
    betas = (settings["beta1"], settings["beta2"])
    make = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[kind]
    return make(parameters, rate, betas, settings["epsilon"], decay)


def sgd(rate: float, momentum=0.0, nesterov=0, decay=0.0) -> dict:
    return {"learningRate": rate, "momentum": momentum, "nesterov": nesterov, "weightDecay": decay}


def adam(rate: float, decay: float) -> dict:
    return {"learningRate": rate, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": decay}


SETTINGS = {
    "sgd": ("sgd", sgd(0.1)),
    "sgd-momentum": ("sgd", sgd(0.1, 0.9)),
    "sgd-nesterov": ("sgd", sgd(0.1, 0.9, 1)),
    "sgd-nesterov-decay": ("sgd", sgd(0.1, 0.9, 1, 5e-4)),
    "adam": ("adam", adam(1e-3, 0.0)),
    "adam-decay": ("adam", adam(1e-3, 1e-2)),
    "adamw": ("adamw", adam(1e-3, 1e-2)),
}


def alone() -> dict:
    """Five steps with given gradients; one gradient is always 0, and sizes differ by orders of magnitude."""
    magnitudes = np.float32([1, 0.1, 10, 0, 1e-3, 1, 100])
    initial = formula.uniform("optimizer.initial", (7,))
    gradients = formula.uniform("optimizer.gradients", (5, 7)) * magnitudes
    fixtures = {}
    for name, (kind, settings) in SETTINGS.items():
        parameter = torch.nn.Parameter(torch.from_numpy(initial).double())
        steps, update = [], optimizer(kind, [parameter], settings)
        for gradient in gradients:
            parameter.grad = torch.from_numpy(gradient).double()
            update.step()
            steps.append(parameter.detach().numpy().copy())
        fixtures[f"optimizer-{name}"] = scalars(**settings) | {
            "initial": initial, "gradients": gradients, "parameters": np.stack(steps).astype(np.float32)}
    return fixtures


MUON = {
    "muon": dict(learningRate=0.02, momentum=0.95, nesterov=1, weightDecay=0.1, iterations=5, renormalizes=0),
    "muon-plain": dict(learningRate=0.02, momentum=0.5, nesterov=0, weightDecay=0.0, iterations=1, renormalizes=0),
    "muon-renormalized": dict(
        learningRate=0.24, momentum=0.6, nesterov=1, weightDecay=0.0, iterations=3, renormalizes=1),
}


def muon() -> dict:
    """Five steps of Muon on a wide, a tall and a square matrix [outputs, inputs], and Newton-Schulz alone.

    PyTorch's code, made to stay in float64, where it would go on in bfloat16. With "renormalizes" each matrix has the norm
    sqrt(outputs) before a step, and steps are of the learning rate itself, as in airbench94_muon.py of
    github.com/KellerJordan/cifar10-airbench.
    """
    module, rounded = torch.optim._muon, torch.Tensor.bfloat16
    torch.Tensor.bfloat16 = torch.Tensor.clone
    shapes = {"wide": (3, 7), "tall": (9, 4), "square": (5, 5)}
    initial = {name: formula.uniform(f"muon.{name}", shape) for name, shape in shapes.items()}
    gradients = {name: formula.uniform(f"muon.{name}.gradients", (5, *shape)) for name, shape in shapes.items()}
    fixtures = {}
    for name, settings in MUON.items():
        tensors = {}
        for key in shapes:
            parameter = torch.nn.Parameter(torch.from_numpy(initial[key]).double())
            update = None if settings["renormalizes"] else torch.optim.Muon(
                [parameter], settings["learningRate"], settings["weightDecay"], settings["momentum"],
                bool(settings["nesterov"]), ns_steps=settings["iterations"])
            buffer, steps = torch.zeros_like(parameter), []
            for gradient in torch.from_numpy(gradients[key]).double():
                if update:
                    parameter.grad = gradient
                    update.step()
                else:
                    with torch.no_grad():
                        buffer.mul_(settings["momentum"]).add_(gradient)
                        ahead = gradient.add(buffer, alpha=settings["momentum"])
                        parameter.mul_(len(parameter) ** 0.5 / parameter.norm())
                        direction = module._zeropower_via_newtonschulz(
                            ahead, (3.4445, -4.7750, 2.0315), settings["iterations"], 1e-7)
                        parameter.add_(direction, alpha=-settings["learningRate"])
                steps.append(parameter.detach().numpy().copy())
            tensors |= {key: initial[key], f"{key}.gradients": gradients[key],
                        f"{key}.parameters": np.stack(steps).astype(np.float32)}
        fixtures[f"optimizer-{name}"] = scalars(**settings) | tensors
    directions = {f"{key}.direction": module._zeropower_via_newtonschulz(
        torch.from_numpy(value).double(), (3.4445, -4.7750, 2.0315), 5, 1e-7) for key, value in initial.items()}
    fixtures["newtonSchulz"] = initial | directions
    torch.Tensor.bfloat16 = rounded
    return fixtures


def groups() -> dict:
    """Five steps of two parameter groups: the second has other factors, and is trained in three of the steps."""
    initial = formula.uniform("groups.initial", (9,))
    gradients = formula.uniform("groups.gradients", (5, 9))
    settings = sgd(0.1, 0.85, 1, 0.01)
    factors = dict(learningRateFactor=64.0, weightDecayFactor=1 / 64, trainedSteps=3)
    first, second = (torch.nn.Parameter(torch.from_numpy(part).double()) for part in np.split(initial, [4]))
    update = torch.optim.SGD(
        [dict(params=[first]),
         dict(params=[second], lr=64 * settings["learningRate"], weight_decay=settings["weightDecay"] / 64)],
        settings["learningRate"], settings["momentum"], weight_decay=settings["weightDecay"], nesterov=True)
    steps = []
    for number, gradient in enumerate(gradients):
        first.grad, second.grad = (torch.from_numpy(part).double() for part in np.split(gradient, [4]))
        if number >= factors["trainedSteps"]:
            second.grad = None
        update.step()
        steps.append(torch.cat([first.detach(), second.detach()]).numpy().copy())
    return {"optimizer-groups": scalars(**settings, **factors) | {
        "initial": initial, "gradients": gradients, "parameters": np.stack(steps).astype(np.float32)}}


def averaging() -> dict:
    """Moving averages over twelve steps: PyTorch's AveragedModel, and the recipe's Lookahead with its last step."""
    initial, moves = formula.uniform("averaging.initial", (7,)), formula.uniform("averaging.moves", (12, 7))
    model = torch.nn.ParameterList([torch.nn.Parameter(torch.from_numpy(initial).double())])
    averaged = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9), use_buffers=True)
    averaged.n_averaged += 1  # Else the first update copies the weights, instead of averaging them with the initial ones.
    averages = []
    for move in moves:
        with torch.no_grad():
            model[0] += torch.from_numpy(move).double()
        averaged.update_parameters(model)
        averages.append(averaged.module[0].detach().numpy().copy())
    slow = torch.from_numpy(initial).double()
    fast, fasts, total = slow.clone(), [], len(moves)
    decays = 0.95**5 * (torch.arange(total + 1, dtype=torch.float64) / total) ** 3
    for step, move in enumerate(moves, 1):
        fast += torch.from_numpy(move).double()
        if step % 5 == 0:
            slow.lerp_(fast, 1 - decays[step])
            fast.copy_(slow)
        fasts.append(fast.numpy().copy())
    slow.lerp_(fast, 0.0)
    return {
        "averaging-ema": {"initial": initial, "moves": moves, "averages": np.stack(averages).astype(np.float32)},
        "averaging-lookahead": {
            "initial": initial, "moves": moves, "fast": np.stack(fasts).astype(np.float32), "last": slow.numpy()},
    }


def clipping() -> dict:
    """Clipping by global norm over two tensors: above the limit, and below it."""
    fixtures = {}
    for name, limit in [("clip-above", 1.0), ("clip-below", 10.0)]:
        values = {key: formula.uniform(f"clip.{key}", shape) for key, shape in [("first", (3, 5)), ("second", (7,))]}
        parameters = [torch.nn.Parameter(torch.zeros(v.shape).double()) for v in values.values()]
        for parameter, value in zip(parameters, values.values()):
            parameter.grad = torch.from_numpy(value).double()
        norm = torch.nn.utils.clip_grad_norm_(parameters, limit)
        assert (norm > limit) == (name == "clip-above")
        clipped = {f"{key}.clipped": parameter.grad for key, parameter in zip(values, parameters)}
        fixtures[name] = scalars(clipNorm=limit, norm=norm.item()) | values | clipped
    return fixtures


def schedules() -> dict:
    """Factors on the learning rate at every step, counted from 0, by the formulas in the header of generate.py."""
    total, warmup, steps_per_epoch = 60, 7, 10

    def warmed(factor):
        return lambda s: (s + 1) / warmup if s < warmup else factor(s)

    def cosine(final, start):
        return lambda s: final + (1 - final) * 0.5 * (1 + math.cos(math.pi * (s - start) / (total - start)))

    def one_cycle(initial, peak, final):
        top, last = peak * total - 1, total - 1
        return lambda s: (
            initial + (1 - initial) * s / top if s < top else 1 + (final - 1) * (s - top) / (last - top))

    def stepped(start):
        return lambda s: 0.5 ** ((s - start) // (2 * steps_per_epoch))

    step = dict(stepEpochs=2, decayFactor=0.5)
    milestones = [1, 3]
    table = {
        "milestones": (
            lambda s: 0.5 ** sum(s >= epoch * steps_per_epoch for epoch in milestones),
            dict(milestones=milestones, decayFactor=0.5, warmupSteps=0)),
        "constant": (lambda s: 1.0, dict(warmupSteps=0)),
        "constant-warmup": (warmed(lambda s: 1.0), dict(warmupSteps=warmup)),
        "step": (stepped(0), step | dict(warmupSteps=0)),
        "step-warmup": (warmed(stepped(warmup)), step | dict(warmupSteps=warmup)),
        "cosine": (cosine(0.1, 0), dict(finalFraction=0.1, warmupSteps=0)),
        "cosine-warmup": (warmed(cosine(0.1, warmup)), dict(finalFraction=0.1, warmupSteps=warmup)),
        "one-cycle": (
            one_cycle(0.2, 0.23, 0.07),
            dict(initialFraction=0.2, peakFraction=0.23, finalFraction=0.07, warmupSteps=0)),
    }
    kinds = torch.optim.lr_scheduler
    schedulers = {
        "constant": lambda o, _: kinds.ConstantLR(o, 1.0),
        "step": lambda o, _: kinds.StepLR(o, 2 * steps_per_epoch, 0.5),
        "cosine": lambda o, length: kinds.CosineAnnealingLR(o, length, 0.1),
    }
    for name, make in schedulers.items():
        compare_with_torch(table[name][0], make, 0, total)
        compare_with_torch(table[f"{name}-warmup"][0], make, warmup, total)
    compare_with_torch(
        table["milestones"][0],
        lambda o, _: kinds.MultiStepLR(o, [epoch * steps_per_epoch for epoch in milestones], 0.5), 0, total)
    compare_with_torch(
        table["one-cycle"][0],
        lambda o, length: kinds.OneCycleLR(
            o, 1.0, total_steps=length, pct_start=0.23, anneal_strategy="linear", cycle_momentum=False,
            div_factor=1 / 0.2, final_div_factor=0.2 / 0.07),
        0, total)
    shared = dict(totalSteps=total, stepsPerEpoch=steps_per_epoch)
    return {
        f"schedule-{name}": scalars(**shared, **settings)
        | {"factors": np.array([factor(s) for s in range(total)], np.float64)}
        for name, (factor, settings) in table.items()
    }


def compare_with_torch(factor, make, warmup: int, total: int) -> None:
    """Checks a formula against PyTorch's scheduler, after a linear warm-up where there is one."""
    kinds = torch.optim.lr_scheduler
    update = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 1.0)
    if not warmup:
        scheduler = make(update, total)
    else:
        rise = kinds.LinearLR(update, 1 / warmup, 1.0, warmup - 1)
        scheduler = kinds.SequentialLR(update, [rise, make(update, total - warmup)], [warmup])
    for s in range(total):
        assert math.isclose(scheduler.get_last_lr()[0], factor(s), rel_tol=1e-9), f"step {s} of {total}"
        update.step()
        if s + 1 < total:
            scheduler.step()


def fixtures() -> dict:
    return alone() | muon() | groups() | averaging() | clipping() | schedules()
