"""The formula that gives every number the fixtures start from; GoldenFormula.swift repeats it bit for bit.

See the header of generate.py for the definition.
"""

import math

import numpy as np

GAMMA = np.uint64(0x9E3779B97F4A7C15)


def fnv1a(name: str) -> int:
    """FNV-1a, 64 bits, of the name's UTF-8 bytes."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def words(name: str, count: int) -> np.ndarray:
    """The first `count` outputs of SplitMix64 seeded with the name's hash."""
    with np.errstate(over="ignore"):
        z = np.uint64(fnv1a(name)) + np.arange(1, count + 1, dtype=np.uint64) * GAMMA
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uniform(name: str, shape) -> np.ndarray:
    """Multiples of 2^-23 in -1 ..< 1: exact in float32."""
    top = (words(name, math.prod(shape)) >> np.uint64(40)).astype(np.int64)
    return ((top - 2**23).astype(np.float32) * np.float32(2.0**-23)).reshape(shape)


def integers(name: str, count: int, bound: int) -> np.ndarray:
    """Whole numbers in 0 ..< bound."""
    top = (words(name, count) >> np.uint64(40)).astype(np.int64)
    return (top * bound >> 24).astype(np.int32)


def signs(name: str, count: int) -> np.ndarray:
    """+1 where the word's top bit is clear, -1 where it is set."""
    return 1.0 - 2.0 * (words(name, count) >> np.uint64(63)).astype(np.float64)


def parameter(name: str, shape, offset: float, scale: float) -> np.ndarray:
    """offset + scale * uniform, one float32 rounding after each operation."""
    return np.float32(offset) + np.float32(scale) * uniform(name, shape)


def bound(fan_in: int) -> float:
    """The float32 nearest to 1 / sqrt(fan_in): the range of PyTorch's default initialization."""
    return float(np.float32(1 / math.sqrt(fan_in)))


def batch(network: str, step: int, count: int, image_shape, class_count: int):
    """One batch of images that carry their class: noise plus the class's own pattern, constant over 64 elements."""
    size = math.prod(image_shape)
    labels = integers(f"{network}.batch.{step}.labels", count, class_count)
    noise = uniform(f"{network}.batch.{step}.images", (count, *image_shape))
    coarse = [uniform(f"{network}.class.{label}", (-(-size // 64),)) for label in range(class_count)]
    patterns = np.stack([np.repeat(values, 64)[:size].reshape(image_shape) for values in coarse])
    return noise + patterns[labels], labels
