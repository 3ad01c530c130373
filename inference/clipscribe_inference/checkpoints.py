"""Reads PyTorch's checkpoints without PyTorch, and without running what is in them."""

import collections
import pickle
import zipfile
from typing import BinaryIO

import numpy as np

ELEMENT_TYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


class _Unpickler(pickle.Unpickler):
    """Names nothing but arrays, so that no code runs."""

    def find_class(self, module: str, name: str):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, size, stride, *_: (storage, offset, size, stride)
        if module == "torch" and name in ELEMENT_TYPES:
            return name
        raise pickle.UnpicklingError(f"a checkpoint has no business with {module}.{name}")

    def persistent_load(self, pid):
        _, element_type, key, *_ = pid
        return element_type, key


def read_checkpoint(file: BinaryIO, entry: str | None) -> dict[str, np.ndarray]:
    """The arrays of a checkpoint in the form since PyTorch 1.6, a ZIP archive, or of its `entry`, such as `state_dict`.

    Raises pickle.UnpicklingError, zipfile.BadZipFile, KeyError, TypeError or ValueError for what is no such checkpoint,
    also where an array is said to reach beyond its values.
    """
    with zipfile.ZipFile(file) as archive:
        root = archive.namelist()[0].split("/")[0]
        with archive.open(f"{root}/data.pkl") as pickled:
            loaded = _Unpickler(pickled).load()
        arrays = {}
        for name, ((element_type, key), offset, size, stride) in (loaded if entry is None else loaded[entry]).items():
            kind = ELEMENT_TYPES[element_type]
            steps = [step * kind.itemsize for step in stride]
            # With a buffer numpy checks the bounds, which as_strided does not.
            values = archive.read(f"{root}/data/{key}")
            arrays[name] = np.ndarray(size, kind, values, offset * kind.itemsize, steps).copy()
        return arrays
