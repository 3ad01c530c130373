"""ONNX models of one node, for tests of encoders from a file."""

from clipscribe_inference.onnx_writer import OnnxGraph


def encoder_bytes(
    shape: tuple[str | int, ...] = ("N", "T", 80), keeps_frames: bool = False, metadata: dict[str, str] | None = None
) -> bytes:
    """An encoder of voices: how much each band varies over a window; `keeps_frames`: a sum over bands, one a frame."""
    graph = OnnxGraph()
    embedding = graph.node("ReduceL2", "x", axes=[2 if keeps_frames else 1], keepdims=0)
    declared = ("N", "T") if keeps_frames else ("N", shape[-1])
    return graph.model(("x", shape), (embedding, declared), metadata)
