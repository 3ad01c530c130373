"""Audio bytes to mono samples at 16 kHz. Input is hostile: formats are listed, nothing is opened by name."""

import io

import av
import numpy as np

from .problems import Problem

SAMPLE_RATE_HZ = 16_000
MAXIMUM_SECONDS = 3_600
# Containers that hold their own sound. Playlists (hls, concat, dash) are left out: they name other files.
READABLE_FORMATS = "wav,w64,flac,mp3,ogg,matroska,webm,mov,mp4,m4a,3gp,aac,amr,aiff,caf,au,mpegts,avi,flv,asf"


def decode_audio(data: bytes) -> np.ndarray:
    """Decodes the first audio track of a file to float32 samples (-1 to 1) at SAMPLE_RATE_HZ.

    Damaged packets in the middle are skipped. Raises Problem `EmptyFile`, `NoAudio`, `CorruptMedia` or
    `MediaTooLarge`.
    """
    if not data:
        raise Problem(400, "EmptyFile", "The file is empty.")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
    blocks: list[np.ndarray] = []
    samples = 0
    options = {"format_whitelist": READABLE_FORMATS, "protocol_whitelist": ""}
    try:
        with av.open(io.BytesIO(data), mode="r", metadata_errors="ignore", options=options) as container:
            if not container.streams.audio:
                raise Problem(400, "NoAudio", "The file has no audio track.")
            for frame in _frames(container):
                frame.pts = None  # Gaps and jumps in time stamps would make the resampler refuse the frame.
                for block in resampler.resample(frame):
                    blocks.append(block.to_ndarray().reshape(-1))
                    samples += blocks[-1].size
                if samples > MAXIMUM_SECONDS * SAMPLE_RATE_HZ:
                    raise Problem(
                        413, "MediaTooLarge", f"The audio is longer than {MAXIMUM_SECONDS} s; cut it into pieces."
                    )
            blocks.extend(block.to_ndarray().reshape(-1) for block in resampler.resample(None))
    except av.FFmpegError as error:
        raise Problem(400, "CorruptMedia", f"The audio cannot be decoded: {error.strerror}.") from error
    if samples == 0:
        raise Problem(400, "CorruptMedia", "The file holds no audio that can be decoded.")
    return np.concatenate(blocks).astype(np.float32) / 32_768


def _frames(container):
    """Frames of the first audio track; damaged packets are skipped."""
    for packet in container.demux(container.streams.audio[0]):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue


def samples_from_pcm(data: bytes) -> np.ndarray:
    """Mono s16le PCM at SAMPLE_RATE_HZ to float32 samples. Raises Problem `CorruptMedia` for half a sample."""
    if len(data) % 2:
        raise Problem(400, "CorruptMedia", "Raw PCM must have an even number of bytes (16-bit samples).")
    return np.frombuffer(data, dtype="<i2").astype(np.float32) / 32_768
