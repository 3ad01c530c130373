"""The process that holds the speech models, and the server's handle on it.

Decoding runs in a process of its own for two reasons. A decode in progress cannot be interrupted from inside,
so a caller who goes away is obeyed by ending the process; loading the model again costs about a second. And a
crash in native code (a decoder of hostile audio, memory that runs out) ends that process only.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import threading
import traceback
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
from .switching import Switching
from .transcription import Request, transcribe
from .whisper import SpeechModel, Task

MODELS_KEPT = 2


@dataclass(frozen=True)
class Job:
    """One transcription. Fields as in OpenAI's API; `speech_regions` in seconds, None to detect them.

    `task`: whether the speech is written down in its own language or in English. `switching`: whether the speech may
    be in other languages, too. `resume_after`: seconds that an earlier answer's progress has told.
    """

    audio: bytes
    model: str
    language: str | None
    switching: Switching
    prompt: str | None
    temperature: float
    speech_regions: list[Region] | None
    resume_after: float = 0.0
    task: Task = "transcribe"


@dataclass(frozen=True)
class Preload:
    """A wish to have a model in memory. Nothing is answered; an unknown model is ignored."""

    model: str


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

    @property
    def process_id(self) -> int | None:
        """The decoder process; None while there is none."""
        return self._process.pid if self._process is not None and self._process.is_alive() else None

    def preload(self, model: str) -> None:
        """Starts the process and has it load a model before the first job comes. Does not wait for it."""
        self._start().send(Preload(model))

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


class _Models:
    """The models in the decoder process: loaded when first needed, the two used last are kept."""

    def __init__(self, models_directory: Path, device: str, threads: int | None):
        self._directory = models_directory
        self._settings = (device, threads)
        self._loaded: OrderedDict[str, SpeechModel] = OrderedDict()

    @property
    def names(self) -> list[str]:
        return list(self._loaded)

    def get(self, name: str) -> SpeechModel:
        """Raises Problem `ModelUnknown`."""
        try:
            installed = is_installed(self._directory, name)
        except ValueError:
            installed = False
        if not installed:
            raise Problem(404, "ModelUnknown", f"There is no speech model named {name!r} here.")
        if name not in self._loaded:
            while len(self._loaded) >= MODELS_KEPT:
                self._loaded.popitem(last=False)
            self._loaded[name] = SpeechModel(model_directory(self._directory, name), *self._settings)
        self._loaded.move_to_end(name)
        return self._loaded[name]


def _serve(connection: Connection, models_directory: Path, device: str, threads: int | None) -> None:
    """The decoder process: takes jobs until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    models = _Models(models_directory, device, threads)
    while True:
        try:
            job: Job | Preload = connection.recv()
        except EOFError:
            return
        if isinstance(job, Preload):
            # Whoever asks for the model later gets the error.
            with contextlib.suppress(Exception):
                models.get(job.model)
        else:
            connection.send(_answer(job, models, connection))


def _answer(job: Job, models: _Models, connection: Connection) -> tuple[str, object]:
    """Runs a job, sending progress, and returns the last message: the document or a problem."""
    try:
        model = models.get(job.model)
        if job.language is not None and job.language not in model.languages:
            message = f"Whisper {job.model} does not know the language {job.language!r}."
            raise Problem(400, "UnsupportedLanguage", message)
        if job.task == "translate" and not model.translates:
            message = f"Whisper {job.model} knows English only and does not translate."
            raise Problem(400, "UnsupportedLanguage", message)
        request = Request(
            samples=decode_audio(job.audio),
            regions=job.speech_regions,
            language=job.language,
            switching=job.switching,
            task=job.task,
            prompt=job.prompt,
            temperature=job.temperature,
            resume_after=job.resume_after,
        )
        transcript = transcribe(
            model,
            request,
            lambda seconds, segments: connection.send(("progress", progress_document(seconds, segments))),
        )
    except Problem as problem:
        return "problem", problem
    except (OSError, MemoryError):
        # The server is gone, or this process is not fit to go on: it ends, and the next job gets a new one.
        raise
    except Exception as error:
        # A defect or a broken model folder: the caller learns the kind of error, the log has the rest.
        traceback.print_exc()
        return "problem", Problem(500, "InternalError", f"Transcription failed ({type(error).__name__}).")
    return "done", {"document": verbose_document(transcript), "models_loaded": models.names}


def _end_with_parent() -> None:
    """Ends this process when the server dies, even by SIGKILL and in the middle of a decode."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)
