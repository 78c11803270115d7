"""Writes the ONNX file that ONNXExportTests expects, encoded here by hand, after the checker and onnxruntime have seen it.

    python Tests/Support/Golden/onnx_file.py

The network is convolution 3×3 `same` with 2 filters, batch normalization, ReLU, global average pooling, linear to 10, over
the digits, with every tensor from the formula. Fields come in the order of their numbers, and repeated numbers packed, as
protobuf's proto3 has them. Made with Python 3.11, numpy 2.4.6, onnx 1.23.2, onnxruntime 1.31.1, PyTorch 2.13.0.
"""

import struct
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

import formula

FLOAT_KIND, INT_KIND, INTS_KIND = 1, 2, 7
FLOAT_TENSOR = 1
SHAPES = {
    "0.weight": (2, 1, 3, 3), "0.bias": (2,), "1.weight": (2,), "1.bias": (2,), "1.running_mean": (2,),
    "1.running_var": (2,), "4.weight": (10, 2), "4.bias": (10,),
}


def values(name: str) -> np.ndarray:
    return formula.parameter(name, SHAPES[name], 0.7 if "running" in name else 0.1, 0.5)


def varint(value: int) -> bytes:
    result = b""
    while value >= 0x80:
        result += bytes([value & 0x7F | 0x80])
        value >>= 7
    return result + bytes([value])


def whole(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def data(field: int, content: bytes | str) -> bytes:
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def packed(field: int, numbers) -> bytes:
    return data(field, b"".join(varint(number) for number in numbers)) if len(numbers) else b""


def ints(name: str, numbers) -> bytes:
    return data(5, data(1, name) + packed(8, numbers) + whole(20, INTS_KIND))


def integer(name: str, number: int) -> bytes:
    return data(5, data(1, name) + whole(3, number) + whole(20, INT_KIND))


def real(name: str, number: float) -> bytes:
    return data(5, data(1, name) + varint(2 << 3 | 5) + struct.pack("<f", number) + whole(20, FLOAT_KIND))


def node(operation: str, inputs, output: str, name: str, attributes: bytes = b"") -> bytes:
    names = b"".join(data(1, each) for each in inputs)
    return data(1, names + data(2, output) + data(3, name) + data(4, operation) + attributes)


def tensor(name: str, array: np.ndarray) -> bytes:
    content = packed(1, array.shape) + whole(2, FLOAT_TENSOR) + data(8, name)
    return data(5, content + data(9, array.astype("<f4").tobytes()))


def value(field: int, name: str, extents, words: str) -> bytes:
    dimensions = data(1, data(2, "batch")) + b"".join(data(1, whole(1, extent)) for extent in extents)
    kind = data(1, whole(1, FLOAT_TENSOR) + data(2, dimensions))
    return data(field, data(1, name) + data(2, kind) + data(3, words))


def property(key: str, text: str) -> bytes:
    return data(14, data(1, key) + data(2, text))


def model() -> bytes:
    graph = node("Div", ["images", "pixel_maximum"], "scale.output", "scale")
    graph += node("Sub", ["scale.output", "pixel_mean"], "center.output", "center")
    graph += node("Div", ["center.output", "pixel_deviation"], "normalize.output", "normalize")
    graph += node(
        "Conv", ["normalize.output", "0.weight", "0.bias"], "0.output", "0",
        ints("kernel_shape", [3, 3]) + ints("pads", [1, 1, 1, 1]) + ints("strides", [1, 1]),
    )
    statistics = ["1.weight", "1.bias", "1.running_mean", "1.running_var"]
    graph += node("BatchNormalization", ["0.output", *statistics], "1.output", "1", real("epsilon", 1e-5))
    graph += node("Relu", ["1.output"], "2.output", "2")
    graph += node("GlobalAveragePool", ["2.output"], "3.mean.output", "3.mean")
    graph += node("Flatten", ["3.mean.output"], "3.output", "3", integer("axis", 1))
    graph += node("Gemm", ["3.output", "4.weight", "4.bias"], "logits", "4", integer("transB", 1))
    graph += data(2, "small")
    graph += tensor("pixel_maximum", np.array(16, dtype=np.float32))
    graph += tensor("pixel_mean", np.full((1, 1, 1, 1), 0.3053, dtype=np.float32))
    graph += tensor("pixel_deviation", np.full((1, 1, 1, 1), 0.3760, dtype=np.float32))
    for name in SHAPES:
        graph += tensor(name, values(name))
    graph += value(11, "images", [1, 8, 8], "pixels of 0 to 16")
    graph += value(12, "logits", [10], "one logit for each class")
    names = "[" + ",".join(f'"{digit}"' for digit in range(10)) + "]"
    return (
        whole(1, 8) + data(2, "swift-dp-train") + data(7, graph) + data(8, whole(2, 17))
        + property("class_names", names) + property("pixel_maximum", "16") + property("pixel_mean", "[0.3053]")
        + property("pixel_deviation", "[0.376]") + property("preprocessing", '"inside"')
    )


def expected(images: torch.Tensor) -> np.ndarray:
    tensors = {name: torch.from_numpy(values(name)) for name in SHAPES}
    x = torch.nn.functional.conv2d((images / 16 - 0.3053) / 0.3760, tensors["0.weight"], tensors["0.bias"], padding=1)
    x = torch.nn.functional.batch_norm(
        x, tensors["1.running_mean"], tensors["1.running_var"], tensors["1.weight"], tensors["1.bias"]
    )
    return (x.relu().mean((2, 3)) @ tensors["4.weight"].T + tensors["4.bias"]).numpy()


def main() -> None:
    path = Path(__file__).resolve().parent / "fixtures" / "small.onnx"
    path.write_bytes(model())
    onnx.checker.check_model(str(path), full_check=True)
    images = torch.randint(0, 17, (7, 1, 8, 8), generator=torch.Generator().manual_seed(0)).float()
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found = session.run(["logits"], {"images": images.numpy()})[0]
    assert np.abs(found - expected(images)).max() < 1e-5


if __name__ == "__main__":
    main()
