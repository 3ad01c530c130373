import collections
import io
import pickle
import sys
import types
import zipfile

import numpy as np
import pytest

from clipscribe_inference.checkpoints import read_checkpoint


class _RunsOnLoading:
    def __reduce__(self):
        return (print, ("this code came out of a checkpoint",))


class _Array:
    """As PyTorch pickles one."""

    def __init__(self, offset: int, size: tuple[int, ...], stride: tuple[int, ...]):
        self._described = (offset, size, stride, False, collections.OrderedDict())

    def __reduce__(self):
        return (sys.modules["torch._utils"]._rebuild_tensor_v2, (_Storage(), *self._described))


class _Storage:
    pass


class _Pickler(pickle.Pickler):
    def persistent_id(self, value):
        if isinstance(value, _Storage):
            return ("storage", sys.modules["torch"].FloatStorage, "7", "cpu", 6)
        return None


@pytest.fixture
def checkpoint(monkeypatch):
    """Makes a checkpoint in PyTorch's form, whose arrays have six values: 0, 1, 2, 3, 4, 5."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")

    class FloatStorage:
        pass

    def _rebuild_tensor_v2():
        raise AssertionError("only its name is pickled")

    FloatStorage.__module__, FloatStorage.__qualname__ = "torch", "FloatStorage"
    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    torch.FloatStorage, torch._utils, utils._rebuild_tensor_v2 = FloatStorage, utils, _rebuild_tensor_v2
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)

    def make(state: object) -> io.BytesIO:
        pickled, file = io.BytesIO(), io.BytesIO()
        _Pickler(pickled, 2).dump(state)
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("model/data.pkl", pickled.getvalue())
            archive.writestr("model/data/7", np.arange(6, dtype="<f4").tobytes())
        return file

    return make


def test_arrays_are_read_as_they_lie_in_their_storage(checkpoint) -> None:
    state = {"whole": _Array(0, (2, 3), (3, 1)), "turned": _Array(0, (3, 2), (1, 3)), "part": _Array(4, (2,), (1,))}
    for file, entry in ((checkpoint(state), None), (checkpoint({"state_dict": state}), "state_dict")):
        arrays = read_checkpoint(file, entry)
        assert arrays["whole"].tolist() == [[0, 1, 2], [3, 4, 5]]
        assert arrays["turned"].tolist() == [[0, 3], [1, 4], [2, 5]]
        assert arrays["part"].tolist() == [4, 5]


@pytest.mark.parametrize(
    "array", [_Array(0, (7,), (1,)), _Array(5, (2,), (1,)), _Array(0, (2,), (9,)), _Array(0, (2,), (-1,))]
)
def test_an_array_cannot_reach_beyond_its_values(checkpoint, array) -> None:
    with pytest.raises((ValueError, TypeError)):
        read_checkpoint(checkpoint({"array": array}), None)


def test_a_checkpoint_cannot_run_code(checkpoint) -> None:
    with pytest.raises(pickle.UnpicklingError, match="no business"):
        read_checkpoint(checkpoint({"state_dict": _RunsOnLoading()}), "state_dict")
