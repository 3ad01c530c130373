"""CAM++ as an ONNX model, built from its weights.

Wang et al., "CAM++: A fast and efficient network for speaker verification using context-aware masking", 2023, as
3D-Speaker publishes it: a small convolutional network over time and frequency, then three densely connected blocks of
convolutions over time, whose channels are masked by what the whole window sounds like, then mean and deviation.
"""

import numpy as np

from .onnx_writer import FLOAT, OnnxGraph

MEL_BANDS = 80
# Layers of each block, and the dilation of their kernels of three frames.
BLOCKS = ((12, 1), (24, 2), (16, 2))
# Of batch normalisation, in PyTorch and ONNX alike.
EPSILON = 1e-5


def campplus_model(weights: dict[str, np.ndarray]) -> bytes:
    """The model of weights by the names of their layers. Raises KeyError where one is missing.

    It takes (windows, frames, 80) and answers (windows, 192), see onnx_encoder, for windows of up to two seconds. What
    masks a channel is the mean over the window and over segments of two seconds, which here are the same.
    """
    return _Builder(weights).model()


class _Builder:
    def __init__(self, weights: dict[str, np.ndarray]):
        self._weights = weights
        self._graph = OnnxGraph()

    def model(self) -> bytes:
        graph = self._graph
        value = self._head(graph.node("Transpose", "features", perm=[0, 2, 1]))
        norm = "xvector.tdnn.nonlinear.batchnorm"
        value = self._relu(self._convolution(value, "xvector.tdnn.linear", norm, strides=[2], pads=2))
        for number, (layers, dilation) in enumerate(BLOCKS, start=1):
            for layer in range(1, layers + 1):
                grown = self._dense(value, f"xvector.block{number}.tdnnd{layer}", dilation)
                value = graph.node("Concat", value, grown, axis=1)
            transit, last = f"xvector.transit{number}", number == len(BLOCKS)
            value = self._relu(self._normalised(value, f"{transit}.nonlinear.batchnorm"))
            value = self._convolution(value, f"{transit}.linear", "xvector.out_nonlinear.batchnorm" if last else None)
        kernel, bias = self._folded("xvector.dense.linear", "xvector.dense.nonlinear.batchnorm")
        matrix = graph.constant(kernel[..., 0])
        embedding = graph.node("Gemm", self._statistics(self._relu(value)), matrix, graph.constant(bias), transB=1)
        return graph.model(("features", ("windows", "frames", MEL_BANDS)), (embedding, ("windows", len(bias))))

    def _head(self, features: str) -> str:
        """Of (windows, bands, frames): (windows, channels of an eighth of the bands, frames)."""
        graph = self._graph
        image = graph.node("Unsqueeze", features, graph.constant(np.array([1])))
        image = self._relu(self._convolution(image, "head.conv1", "head.bn1", pads=1))
        for layer in ("head.layer1", "head.layer2"):
            image = self._residual(image, f"{layer}.0", strides=[2, 1])
            image = self._residual(image, f"{layer}.1", strides=[1, 1])
        image = self._relu(self._convolution(image, "head.conv2", "head.bn2", strides=[2, 1], pads=1))
        channels = self._weights["xvector.tdnn.linear.weight"].shape[1]
        return graph.node("Reshape", image, graph.constant(np.array([0, channels, -1])))

    def _residual(self, image: str, name: str, strides: list[int]) -> str:
        inner = self._relu(self._convolution(image, f"{name}.conv1", f"{name}.bn1", strides=strides, pads=1))
        inner = self._convolution(inner, f"{name}.conv2", f"{name}.bn2", pads=1)
        if f"{name}.shortcut.0.weight" in self._weights:
            image = self._convolution(image, f"{name}.shortcut.0", f"{name}.shortcut.1", strides=strides)
        return self._relu(self._graph.node("Add", inner, image))

    def _dense(self, value: str, name: str, dilation: int) -> str:
        """What a densely connected layer adds to the channels that it is given."""
        graph, mask = self._graph, f"{name}.cam_layer"
        value = self._relu(self._normalised(value, f"{name}.nonlinear1.batchnorm"))
        value = self._relu(self._convolution(value, f"{name}.linear1", f"{name}.nonlinear2.batchnorm"))
        local = self._convolution(value, f"{mask}.linear_local", pads=dilation, dilations=[dilation])
        mean = graph.node("GlobalAveragePool", value)
        context = self._relu(self._convolution(graph.node("Add", mean, mean), f"{mask}.linear1"))
        return graph.node("Mul", local, graph.node("Sigmoid", self._convolution(context, f"{mask}.linear2")))

    def _statistics(self, value: str) -> str:
        """Mean and sample deviation over time: (windows, twice the channels)."""
        graph = self._graph
        frames = graph.node("Gather", graph.node("Shape", value), graph.constant(np.array(2)))
        freedom = graph.node("Sub", graph.node("Cast", frames, to=FLOAT), graph.constant(np.array(1, np.float32)))
        difference = graph.node("Sub", value, graph.node("GlobalAveragePool", value))
        distance = graph.node("ReduceL2", difference, axes=[2], keepdims=0)
        deviation = graph.node("Div", distance, graph.node("Sqrt", freedom))
        return graph.node("Concat", graph.node("ReduceMean", value, axes=[2], keepdims=0), deviation, axis=1)

    def _relu(self, value: str) -> str:
        return self._graph.node("Relu", value)

    def _normalised(self, value: str, name: str) -> str:
        names = (f"{name}.{part}" for part in ("weight", "bias", "running_mean", "running_var"))
        return self._graph.node(
            "BatchNormalization", value, *(self._graph.constant(self._weights[each]) for each in names)
        )

    def _convolution(
        self, value: str, name: str, norm: str | None = None, pads: int = 0, **attributes: list[int]
    ) -> str:
        kernel, bias = self._folded(name, norm)
        sizes = [pads] * 2 * (kernel.ndim - 2)
        inputs = value, self._graph.constant(kernel), self._graph.constant(bias)
        return self._graph.node("Conv", *inputs, pads=sizes, **attributes)

    def _folded(self, name: str, norm: str | None) -> tuple[np.ndarray, np.ndarray]:
        """Kernel and bias of a convolution together with the normalisation that follows it, if one does."""
        weights = self._weights
        kernel = weights[f"{name}.weight"]
        bias = weights.get(f"{name}.bias", np.zeros(len(kernel), np.float32))
        if norm is None:
            return kernel, bias
        scale = weights.get(f"{norm}.weight", 1) / np.sqrt(weights[f"{norm}.running_var"] + EPSILON)
        shift = weights.get(f"{norm}.bias", 0) - weights[f"{norm}.running_mean"] * scale
        folded = kernel * scale.reshape(-1, *[1] * (kernel.ndim - 1)), bias * scale + shift
        return folded[0].astype(np.float32), folded[1].astype(np.float32)
