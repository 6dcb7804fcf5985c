"""EfficientNet-Lite0, from its published weights to a session of the ONNX runtime.

Architecture: https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite
(Apache-2.0). Batch normalisation is folded into the convolutions before it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from livekit_nb.server.eyes.onnx_file import Network

__all__ = ["CLASSES", "SIDE", "network"]

Array = npt.NDArray[np.float32]

SIDE = 224  #: pixels of the square input
CLASSES = 1000
_EPSILON = 1e-3
_STRIDES = {1: 2, 3: 2, 5: 2, 11: 2}  #: of the blocks that halve the picture
_BLOCKS = 16


def network(weights: dict[str, Array]) -> bytes:
    """Return the network as an ONNX model.

    Its input ``image`` is float32 (1, 3, 224, 224), ``(value - 127) / 128`` of each pixel, its
    output the probability of each class, (1, 1000).

    Parameters
    ----------
    weights : dict of str to ndarray
        By their names in the published file.

    Raises
    ------
    KeyError
        If a layer is missing.
    """
    net = Network("image", (1, 3, SIDE, SIDE))
    low, high = net.constant(np.zeros((), np.float32)), net.constant(np.full((), 6, np.float32))

    def convolve(x: str, conv: str, norm: str, *, stride: int = 1, clip: bool = True) -> str:
        kernel, scale = weights[f"{conv}.weight"], weights[f"{norm}.weight"]
        scale = scale / np.sqrt(weights[f"{norm}.running_var"] + _EPSILON)
        bias = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
        out = net.layer(
            "Conv",
            x,
            net.constant(kernel * scale[:, None, None, None]),
            net.constant(bias),
            auto_pad="SAME_UPPER",
            strides=[stride, stride],
            kernel_shape=[kernel.shape[2], kernel.shape[3]],
            group=kernel.shape[0] if kernel.shape[1] == 1 else 1,
        )
        return net.layer("Clip", out, low, high) if clip else out

    x = convolve("image", "_conv_stem", "_bn0", stride=2)
    for index in range(_BLOCKS):
        block, begun = f"_blocks.{index}", x
        if f"{block}._expand_conv.weight" in weights:
            x = convolve(x, f"{block}._expand_conv", f"{block}._bn0")
        stride = _STRIDES.get(index, 1)
        x = convolve(x, f"{block}._depthwise_conv", f"{block}._bn1", stride=stride)
        project = weights[f"{block}._project_conv.weight"]
        x = convolve(x, f"{block}._project_conv", f"{block}._bn2", clip=False)
        entered = _width(weights, block)
        if stride == 1 and entered == project.shape[0]:
            x = net.layer("Add", x, begun)
    x = convolve(x, "_conv_head", "_bn1")
    x = net.layer("Flatten", net.layer("GlobalAveragePool", x))
    x = net.layer(
        "Gemm", x, net.constant(weights["_fc.weight"]), net.constant(weights["_fc.bias"]), transB=1
    )
    return net.encode(net.layer("Softmax", x), (1, CLASSES))


def _width(weights: dict[str, Array], block: str) -> int:
    """Channels that enter a block."""
    expand = weights.get(f"{block}._expand_conv.weight")
    if expand is not None:
        return int(expand.shape[1])
    return int(weights[f"{block}._depthwise_conv.weight"].shape[0])
