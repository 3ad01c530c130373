"""The process that holds the speech models, and the server's handle on it.

Decoding runs in a process of its own for two reasons. A decode in progress cannot be interrupted from inside,
so a caller who goes away is obeyed by ending the process; loading the model again costs about a second. And a
crash in native code (a decoder of hostile audio, memory that runs out) ends that process only.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
from collections import OrderedDict
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from .audio import decode_audio
from .formats import progress_document, verbose_document
from .models import is_installed, model_directory
from .problems import Problem
from .speech import Region

MODELS_KEPT = 2


@dataclass(frozen=True)
class Job:
    """One transcription. Fields as in OpenAI's API; `speech_regions` in seconds, None to detect them."""

    audio: bytes
    model: str
    language: str | None
    prompt: str | None
    temperature: float
    speech_regions: list[Region] | None


class Decoder:
    """Runs one job at a time in the decoder process; others wait their turn in order of arrival."""

    def __init__(self, models_directory: Path, device: str, threads: int | None):
        self._settings = (models_directory, device, threads)
        self._turn = asyncio.Lock()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection | None = None
        self.models_loaded: list[str] = []

    async def run(self, job: Job) -> AsyncGenerator[dict, None]:
        """Progress documents as they come, then the verbose_json document. Closing the iterator ends the decode.

        Raises Problem; `ModelCrashed` where the process died, which a retry may mend.
        """
        async with self._turn:
            finished = False
            try:
                connection = await asyncio.to_thread(self._start)
                await asyncio.to_thread(connection.send, job)
                while True:
                    kind, content = await asyncio.to_thread(connection.recv)
                    if kind == "problem":
                        finished = True
                        raise content
                    if kind == "done":
                        finished = True
                        self.models_loaded = content["models_loaded"]
                        yield content["document"]
                        return
                    yield content
            except (EOFError, OSError) as error:
                raise Problem(
                    503, "ModelCrashed", "The speech model's process ended unexpectedly; try again."
                ) from error
            finally:
                if not finished:
                    self.stop()

    def stop(self) -> None:
        """Ends the decoder process at once. The next job starts a new one."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process, self._connection = None, None
            self.models_loaded = []

    def _start(self) -> Connection:
        if self._process is not None and self._process.is_alive() and self._connection is not None:
            return self._connection
        self.stop()
        # Spawned, not forked: the server has threads, and native libraries do not survive a fork with them.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, *self._settings), name="decoder", daemon=True)
        self._process.start()
        theirs.close()
        self._connection = ours
        return ours


def _serve(connection: Connection, models_directory: Path, device: str, threads: int | None) -> None:
    """The decoder process: takes jobs until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from .transcription import Request, transcribe
    from .whisper import SpeechModel

    models: OrderedDict[str, SpeechModel] = OrderedDict()

    def loaded(name: str) -> SpeechModel:
        if name not in models:
            while len(models) >= MODELS_KEPT:
                models.popitem(last=False)
            models[name] = SpeechModel(model_directory(models_directory, name), device, threads)
        models.move_to_end(name)
        return models[name]

    while True:
        try:
            job: Job = connection.recv()
        except EOFError:
            return
        try:
            samples = decode_audio(job.audio)
            _require_model(models_directory, job.model)
            model = loaded(job.model)
            if job.language is not None and job.language not in model.languages:
                raise Problem(
                    400, "UnsupportedLanguage", f"Whisper {job.model} does not know the language {job.language!r}."
                )
            request = Request(samples, job.speech_regions, job.language, job.prompt, job.temperature)
            transcript = transcribe(
                model,
                request,
                lambda seconds, segments: connection.send(("progress", progress_document(seconds, segments))),
            )
            connection.send(("done", {"document": verbose_document(transcript), "models_loaded": list(models)}))
        except Problem as problem:
            connection.send(("problem", problem))
        except MemoryError:
            raise
        except Exception as error:
            # A defect or a broken model folder: the caller learns the kind of error, the log has the rest.
            print(f"decoder: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            connection.send(
                ("problem", Problem(500, "InternalError", f"Transcription failed ({type(error).__name__})."))
            )


def _require_model(models_directory: Path, name: str) -> None:
    try:
        if is_installed(models_directory, name):
            return
    except ValueError:
        pass
    raise Problem(404, "ModelUnknown", f"There is no speech model named {name!r} here.")


def _end_with_parent() -> None:
    """Ends this process when the server dies, even by SIGKILL and in the middle of a decode."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)
