"""The HTTP server: OpenAI's API of transcriptions and translations, speech regions, voices, entities."""

import asyncio
import hmac
import json
import os
import threading
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from pathlib import Path
from typing import TypeVar

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .audio import SAMPLE_RATE_HZ, decode_audio, samples_from_pcm
from .decoder import Decoder, Job
from .entities import EntityModel
from .formats import render, with_granularities
from .models import installed_models
from .overlaps import OverlapModel
from .parameters import segments_from, transcription_job, voice_request
from .problems import Problem
from .speech import Region, find_speech, quiet_points
from .voices import SpeakerEncoder, listen
from .whisper import Task

MAXIMUM_BODY_BYTES = 512 * 1024 * 1024
MAXIMUM_JSON_BYTES = 16 * 1024 * 1024
T = TypeVar("T")


def create_app(
    decoder: Decoder,
    entity_model: EntityModel,
    speaker_encoder: SpeakerEncoder,
    overlap_model: OverlapModel,
    models_directory: Path,
    key: str,
) -> Starlette:
    """The server's ASGI application. `key` is the bearer token that every request but /health must carry."""

    async def health(_: Request) -> Response:
        return JSONResponse(
            {
                "status": "ok",
                "processId": os.getpid(),
                "decoderProcessId": decoder.process_id,
                "modelsLoaded": decoder.models_loaded,
                "entityLanguages": entity_model.languages,
            }
        )

    async def models(_: Request) -> Response:
        names = installed_models(models_directory)
        return JSONResponse(
            {"object": "list", "data": [{"id": name, "object": "model", "owned_by": "local"} for name in names]}
        )

    async def transcriptions(request: Request) -> Response:
        return await _write_down(request, decoder, "transcribe")

    async def translations(request: Request) -> Response:
        return await _write_down(request, decoder, "translate")

    async def speech_regions(request: Request) -> Response:
        data = await request.body()
        content_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
        raw = content_type in {"audio/l16", "audio/x-raw", "application/octet-stream"}
        return JSONResponse(await asyncio.to_thread(_analyse, data, raw))

    async def speaker_embeddings(request: Request) -> Response:
        async with request.form(max_files=1, max_fields=8, max_part_size=1024 * 1024) as form:
            upload = form.get("file")
            if not isinstance(upload, UploadFile):
                raise Problem(400, "InvalidInput", "The form has no file in its field `file`.")
            regions = voice_request(form)
            data = await upload.read()
        gone = threading.Event()
        try:
            work = asyncio.to_thread(_listen, speaker_encoder, overlap_model, data, regions, gone)
            return JSONResponse(await _while_connected(request, work))
        finally:
            # A thread cannot be cancelled; it asks after each batch whether anybody still waits.
            gone.set()

    async def entities(request: Request) -> Response:
        data = await request.body()
        language, segments = segments_from(data)
        return JSONResponse(await asyncio.to_thread(entity_model.extract, language, segments))

    app = Starlette(
        routes=[
            Route("/health", health),
            Route("/v1/models", models),
            Route("/v1/audio/transcriptions", transcriptions, methods=["POST"]),
            Route("/v1/audio/translations", translations, methods=["POST"]),
            Route("/v1/audio/speech-regions", speech_regions, methods=["POST"]),
            Route("/v1/audio/speaker-embeddings", speaker_embeddings, methods=["POST"]),
            Route("/v1/entities", entities, methods=["POST"]),
        ],
        exception_handlers={Problem: _problem_response, HTTPException: _http_problem, Exception: _unexpected},
    )
    app.add_middleware(_Gate, key=key)
    return app


async def _write_down(request: Request, decoder: Decoder, task: Task) -> Response:
    """OpenAI's transcriptions and translations, which take the same form."""
    async with request.form(max_files=1, max_fields=32, max_part_size=1024 * 1024) as form:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise Problem(400, "InvalidInput", "The form has no file in its field `file`.")
        job, answer = transcription_job(form, await upload.read(), task)
    if answer.stream:
        return _EventStream(_events(decoder, job, answer.granularities))
    document = await _while_connected(request, _last(decoder.run(job)))
    body, media_type = render(document, answer.response_format, answer.granularities)
    return JSONResponse(body) if isinstance(body, dict) else Response(body, media_type=media_type)


def _analyse(data: bytes, raw: bool) -> dict:
    samples = samples_from_pcm(data) if raw else decode_audio(data)
    regions = find_speech(samples)
    return {
        "durationSeconds": round(samples.size / SAMPLE_RATE_HZ, 3),
        "regions": [{"start": round(region.start, 3), "end": round(region.end, 3)} for region in regions],
        "quietPoints": [round(point, 3) for point in quiet_points(samples, regions)],
    }


def _listen(
    encoder: SpeakerEncoder,
    overlap_model: OverlapModel,
    data: bytes,
    regions: list[Region] | None,
    gone: threading.Event,
) -> dict:
    samples = decode_audio(data)
    total = samples.size / SAMPLE_RATE_HZ
    spoken = find_speech(samples) if regions is None else regions
    within = [Region(region.start, min(region.end, total)) for region in spoken if region.start < total]
    windows = listen(encoder, samples, within, lambda: not gone.is_set())
    overlaps = overlap_model.find(samples, within, lambda: not gone.is_set())
    return {
        "model": encoder.model,
        "sameVoiceSimilarity": encoder.same_voice_similarity,
        "windows": [window.document() for window in windows],
        "overlaps": [overlap.document() for overlap in overlaps],
    }


async def _last(documents: AsyncGenerator[dict, None]) -> dict:
    async with aclosing(documents):
        return [document async for document in documents][-1]


async def _while_connected(request: Request, work: Awaitable[T]) -> T:
    """The result of `work`, which is cancelled as soon as the caller goes away."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(request.receive))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Problem(499, "ClientClosed", "The caller went away.")
        return task.result()
    finally:
        for other in (task, gone):
            other.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _events(decoder: Decoder, job: Job, granularities: set[str]) -> AsyncGenerator[str, None]:
    """The answer as server-sent events: text deltas with progress, then the whole verbose_json document."""
    try:
        async with aclosing(decoder.run(job)) as documents:
            async for document in documents:
                if document.get("type") is None:
                    document = {"type": "transcript.text.done", **with_granularities(document, granularities)}
                yield f"data: {json.dumps(document)}\n\n"
    except Problem as problem:
        yield f"data: {json.dumps({'type': 'error', **problem.document()})}\n\n"


class _EventStream(Response):
    """Server-sent events whose source is closed as soon as the caller goes away, not only at the next write."""

    def __init__(self, events: AsyncGenerator[str, None]):
        super().__init__(headers={"cache-control": "no-store"}, media_type="text/event-stream")
        del self.headers["content-length"]
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def pump() -> None:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async with aclosing(self._events) as events:
                async for event in events:
                    await send({"type": "http.response.body", "body": event.encode(), "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        tasks = {asyncio.ensure_future(pump()), asyncio.ensure_future(_disconnected(receive))}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class _Gate:
    """Lets in who has the key, and no more bytes than a request may have."""

    def __init__(self, app: ASGIApp, key: str):
        self._app = app
        self._expected = f"Bearer {key}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if scope["path"] != "/health" and not hmac.compare_digest(headers.get(b"authorization", b""), self._expected):
            problem = Problem(401, "Unauthorized", "The key is missing or wrong.")
            await _problem_response(None, problem)(scope, receive, send)
            return
        limit = MAXIMUM_JSON_BYTES if scope["path"] == "/v1/entities" else MAXIMUM_BODY_BYTES
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise Problem(413, "MediaTooLarge", f"The request is larger than {limit // (1024 * 1024)} MiB.")
            return message

        await self._app(scope, counted, send)


def _problem_response(_: Request | None, problem: Problem) -> Response:
    return JSONResponse(problem.document(), problem.status)


def _http_problem(_: Request, error: HTTPException) -> Response:
    return JSONResponse(Problem(error.status_code, "InvalidInput", str(error.detail)).document(), error.status_code)


def _unexpected(_: Request, error: Exception) -> Response:
    problem = Problem(500, "InternalError", f"The model server failed ({type(error).__name__}).")
    return JSONResponse(problem.document(), 500)
