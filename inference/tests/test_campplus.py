"""The model built of CAM++'s weights, beside 3D-Speaker's own code in PyTorch."""

import numpy as np
import pytest

from clipscribe_inference.onnx_encoder import OnnxEncoder
from clipscribe_inference.speaker_model import encoder_file, ensure_speaker_models

# Every 24th number of the embeddings by PyTorch of the windows below, whole and cut to 28 frames.
BY_PYTORCH = {
    158: [
        [-0.6867, -0.9471, 0.4870, 0.1287, 0.3039, -0.3615, -0.1448, -0.4092],
        [-0.2848, -0.6816, -0.1630, -0.2732, -1.2065, -0.6218, -0.2452, 0.1821],
    ],
    28: [
        [-1.0928, -0.3777, 0.2314, -0.0020, 0.2081, 0.1250, -0.3913, -1.1237],
        [-1.0316, -0.2835, 0.0475, -0.4287, -0.5935, -0.4992, -0.2353, -0.6551],
    ],
}


@pytest.mark.parametrize("frames", BY_PYTORCH)
def test_it_answers_what_pytorch_answers(models_directory, frames) -> None:
    ensure_speaker_models(models_directory)
    encoder = OnnxEncoder(encoder_file(models_directory), 0.5)
    windows = np.sin(np.arange(2 * 158 * 80) ** 1.5 * 0.01).astype(np.float32).reshape(2, 158, 80)
    embeddings = encoder._run(windows[:, :frames])
    assert embeddings.shape == (2, 192)
    assert embeddings[:, ::24] == pytest.approx(np.array(BY_PYTORCH[frames]), abs=2e-4)
