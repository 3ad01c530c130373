"""Starts the server: `python -m clipscribe_inference --models-directory DIR`.

Prints one JSON line `{"port": N}` when it listens. Ends on SIGTERM, and when its standard input closes: whoever
started it holds the other end, so the server never outlives its parent, however that one ends.
"""

import argparse
import json
import os
import socket
import sys
import threading
from pathlib import Path

import uvicorn

from .decoder import Decoder
from .entities import EntityModel
from .installed_encoder import InstalledEncoder
from .onnx_encoder import OnnxEncoder
from .overlaps import OverlapModel
from .problems import Problem
from .server import create_app
from .voices import SpeakerEncoder

KEY_VARIABLE = "CLIPSCRIBE_INFERENCE_KEY"
SHUTDOWN_SECONDS = 2
# Clients keep theirs for a few: they close first, and never write to one that is closed.
IDLE_CONNECTION_SECONDS = 60


def main() -> int:
    """Runs until told to stop. Returns the exit code: 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m clipscribe_inference")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--models-directory", type=Path, required=True)
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    parser.add_argument("--threads", type=int, default=None, help="processor cores to use; default: all")
    parser.add_argument(
        "--preload",
        metavar="MODEL",
        help="load this speech model, if installed, and the English entity model before the first request",
    )
    parser.add_argument(
        "--speaker-encoder",
        nargs=2,
        metavar=("FILE", "SIMILARITY"),
        help="in ONNX, in place of the one of set-up, and how alike one voice is to itself, 0 to 1",
    )
    options = parser.parse_args()
    key = os.environ.pop(KEY_VARIABLE, "")
    if len(key) < 16:
        print(f"Set {KEY_VARIABLE} to a random key of at least 16 characters.", file=sys.stderr)
        return 2
    try:
        speaker_encoder = _speaker_encoder(options)
    except Problem as problem:
        print(problem.message, file=sys.stderr)
        return 2
    decoder = Decoder(options.models_directory, options.device, options.threads)
    entity_model = EntityModel()
    models_directory = options.models_directory
    overlap_model = OverlapModel(models_directory)
    app = create_app(decoder, entity_model, speaker_encoder, overlap_model, models_directory, key)
    listener = socket.create_server((options.host, options.port))
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_keep_alive=IDLE_CONNECTION_SECONDS,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
    )
    threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
    print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
    if options.preload:
        decoder.preload(options.preload)
        threading.Thread(target=entity_model.preload, args=("en",), daemon=True).start()
    server.run(sockets=[listener])
    decoder.stop()
    return 0


def _speaker_encoder(options: argparse.Namespace) -> SpeakerEncoder:
    if options.speaker_encoder is None:
        return InstalledEncoder(options.models_directory)
    file, similarity = options.speaker_encoder
    return OnnxEncoder(Path(file), float(similarity))


def _stop_with_parent(server: uvicorn.Server) -> None:
    """Waits for the end of standard input, then asks the server to stop; a request in progress gets no grace."""
    sys.stdin.buffer.read()
    server.should_exit = True
    server.force_exit = True


if __name__ == "__main__":
    sys.exit(main())
