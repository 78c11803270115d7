"""Small files of arrays as NumPy and SciPy write them, for the readers of ArrayFiles to agree with.

Run it in a Python with NumPy 2.4 and SciPy: python arrays.py. It writes fixtures/arrays. Every number is
(7 * its position + 3) modulo 251, its position counted row by row; float arrays hold half of that.
"""

import gzip
import io
import pathlib
import struct

import numpy as np
import scipy.io

FOLDER = pathlib.Path(__file__).parent / "fixtures" / "arrays"


def numbers(shape, dtype):
    values = (7 * np.arange(int(np.prod(shape))) + 3) % 251
    return (values / 2 if dtype[1] == "f" else values).astype(dtype).reshape(shape)


def idx(array, code):
    return struct.pack(">HBB", 0, code, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, dtype in {
        "uint8": "|u1", "int8": "|i1", "uint16": "<u2", "int16": ">i2", "uint32": "<u4", "int32": "<i4",
        "uint64": "<u8", "int64": "<i8", "float32": "<f4", "float64": ">f8",
    }.items():
        np.save(FOLDER / f"{name}.npy", numbers((2, 3, 4), dtype))
    np.save(FOLDER / "columns.npy", np.asfortranarray(numbers((2, 3), "<i4")))
    arrays = {"x_train": numbers((4, 2, 2), "|u1"), "y_train": np.array([0, 1, 2, 0])}
    np.savez(FOLDER / "stored.npz", **arrays)
    np.savez_compressed(FOLDER / "deflated.npz", **arrays)
    (FOLDER / "images-idx3-ubyte").write_bytes(idx(numbers((5, 3, 2), "|u1"), 8))
    (FOLDER / "images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(numbers((5, 3, 2), "|u1"), 8), mtime=0))
    (FOLDER / "numbers-idx1-int.gz").write_bytes(gzip.compress(idx(numbers((5,), ">i4"), 12), mtime=0))
    variables = {"note": "text", "X": numbers((2, 3, 3, 4), "|u1"), "y": np.array([[10], [1], [2], [9]], dtype="u1")}
    for name, compresses in (("plain.mat", False), ("compressed.mat", True)):
        data = io.BytesIO()
        scipy.io.savemat(data, variables, do_compression=compresses)
        # The text of the header has the time of writing.
        (FOLDER / name).write_bytes(b"MATLAB 5.0 MAT-file".ljust(116) + data.getvalue()[116:])


main()
