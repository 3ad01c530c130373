"""CAM++, the speaker encoder that set-up installs."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from .onnx_encoder import OnnxEncoder
from .problems import Problem
from .speaker_model import encoder_file
from .speech import Region


class InstalledEncoder:
    """The encoder, loaded when first needed. Safe to call from several threads. See voices.SpeakerEncoder."""

    model = "3d-speaker-campplus-zh-en-common-advanced"
    same_voice_similarity = 0.37

    def __init__(self, models_directory: Path):
        self._file = encoder_file(models_directory)
        self._loading = threading.Lock()
        self._encoder: OnnxEncoder | None = None

    def embed(
        self,
        samples: np.ndarray,
        regions: list[Region],
        windows: list[tuple[float, float]],
        is_wanted: Callable[[], bool],
    ) -> np.ndarray:
        """Raises Problem `ModelUnknown` where the encoder is not on disk."""
        return self._get().embed(samples, regions, windows, is_wanted)

    def _get(self) -> OnnxEncoder:
        with self._loading:
            if self._encoder is None:
                if not self._file.is_file():
                    raise Problem(404, "ModelUnknown", "The speaker encoder is not installed here; run set-up.")
                self._encoder = OnnxEncoder(self._file, self.same_voice_similarity)
            return self._encoder
