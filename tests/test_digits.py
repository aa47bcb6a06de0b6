"""The course's digits, and MNIST from files made here."""

from __future__ import annotations

import gzip
import struct
import sys
import types
from urllib.error import URLError

import numpy as np
import pytest

from lecture_lib import digits
from lecture_lib.digits import IDX_FILES, fetch_mnist, load_digits, load_mnist


@pytest.fixture
def few():
    """Six pictures of 28 × 28, their labels, and four more to test on."""
    rng = np.random.default_rng(0)
    pictures = rng.integers(256, size=(10, 28, 28)).astype(np.uint8)
    labels = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 0], dtype=np.uint8)
    return pictures[:6], labels[:6], pictures[6:], labels[6:]


def idx(array):
    """The IDX format, as its specification says it."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def write_idx(folder, arrays):
    for name, array in zip(IDX_FILES, arrays, strict=True):
        (folder / name).write_bytes(gzip.compress(idx(array)))


def write_keras(path, arrays):
    names = ("x_train", "y_train", "x_test", "y_test")
    np.savez_compressed(path, **dict(zip(names, arrays, strict=True)))


# The course's own -------------------------------------------------------------------------------


def test_there_are_1797_digits_of_64_pixels_from_0_to_1():
    found = load_digits()
    assert found.images.shape == (1797, 64)
    assert found.images.dtype == np.float64
    assert (found.images.min(), found.images.max()) == (0, 1)
    assert np.array_equal(found.images * 16, np.round(found.images * 16))
    assert len(found) == 1797


def test_they_are_the_test_set_of_the_repository_they_come_from():
    # the number of each class, as the data set's own description gives it for its test set
    counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.bincount(load_digits().labels).tolist() == counts


def test_the_first_picture_is_a_zero():
    first = load_digits().images[0].reshape(8, 8)
    assert load_digits().labels[0] == 0
    np.testing.assert_array_equal(first[0] * 16, [0, 0, 5, 13, 9, 1, 0, 0])
    assert first[3:5, 3:5].sum() == 0  # its hole


def test_the_file_says_who_made_them_and_what_may_be_done_with_them():
    found = load_digits()
    assert "Alpaydin" in found.source
    assert "10.24432/C50P49" in found.source
    assert "CC BY 4.0" in found.licence
    assert "CC BY 4.0" in digits.__doc__


def test_a_split_deals_out_every_digit_once_and_keeps_label_and_picture_together():
    found = load_digits()
    training, validation = found.split(360, np.random.default_rng(1))
    assert (len(training), len(validation)) == (1437, 360)
    rows = {
        picture.tobytes(): label for picture, label in zip(found.images, found.labels, strict=True)
    }
    dealt = [*zip(training.images, training.labels, strict=True),
             *zip(validation.images, validation.labels, strict=True)]  # fmt: skip
    assert all(rows[picture.tobytes()] == label for picture, label in dealt)
    sums = [part.images.sum(0) for part in (training, validation)]
    np.testing.assert_allclose(sums[0] + sums[1], found.images.sum(0))
    assert len(set(validation.labels.tolist())) == 10  # shuffled
    again, _ = found.split(360, np.random.default_rng(1))
    np.testing.assert_array_equal(again.labels, training.labels)


@pytest.mark.parametrize(
    ("validation", "rng", "error", "says"),
    [
        (0, np.random.default_rng(0), ValueError, "validation of at least 1"),
        (1797, np.random.default_rng(0), ValueError, "validation of at most 1796"),
        (0.2, np.random.default_rng(0), TypeError, "validation to be a whole number"),
        (360, 0, TypeError, "rng such as"),
    ],
)
def test_a_split_that_cannot_be_is_refused(validation, rng, error, says):
    with pytest.raises(error, match=says):
        load_digits().split(validation, rng)


# MNIST ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["idx", "keras"])
def test_mnist_is_read_from_both_kinds_of_files(form, few, tmp_path):
    if form == "idx":
        write_idx(tmp_path, few)
    else:
        write_keras(tmp_path / "mnist.npz", few)
    training, test = load_mnist(tmp_path if form == "idx" else str(tmp_path / "mnist.npz"))
    for part, pictures, labels in ((training, *few[:2]), (test, *few[2:])):
        assert part.images.dtype == np.float32
        np.testing.assert_allclose(part.images, pictures.reshape(-1, 784) / 255, rtol=1e-6)
        np.testing.assert_array_equal(part.labels, labels)
        assert "MNIST" in part.source


def test_a_missing_file_is_named_and_so_is_the_cure(tmp_path, few):
    with pytest.raises(FileNotFoundError, match=r"mnist\.npz, or a folder .* Download them"):
        load_mnist(tmp_path / "nowhere.npz")
    write_idx(tmp_path, few)
    (tmp_path / IDX_FILES[2]).unlink()
    with pytest.raises(FileNotFoundError, match="t10k-images"):
        load_mnist(tmp_path)


@pytest.mark.parametrize(
    "broken",
    [
        lambda data: data[:200],
        lambda data: data[:6],
        lambda data: b"",
        lambda data: b"\0\0\x0d" + data[3:],  # floats
        lambda data: b"<html>" + data,
    ],
)
def test_an_idx_file_that_is_cut_short_or_something_else_is_refused(broken, few, tmp_path):
    write_idx(tmp_path, few)
    (tmp_path / IDX_FILES[0]).write_bytes(gzip.compress(broken(idx(few[0]))))
    with pytest.raises(ValueError, match="an IDX file of bytes"):
        load_mnist(tmp_path)


@pytest.mark.parametrize(
    "data", [b"<html>", gzip.compress(b"0" * 999)[:-9]], ids=["not packed", "cut short"]
)
def test_a_file_that_gzip_did_not_pack_is_refused(data, few, tmp_path):
    write_idx(tmp_path, few)
    (tmp_path / IDX_FILES[1]).write_bytes(data)
    with pytest.raises(ValueError, match="packed by gzip"):
        load_mnist(tmp_path)


def test_an_npz_file_of_something_else_is_refused(few, tmp_path):
    path = tmp_path / "mnist.npz"
    for data in (b"<html>", b"PK\3\4 not really", b""):
        path.write_bytes(data)
        with pytest.raises(ValueError, match=r"an \.npz file with x_train"):
            load_mnist(path)
    np.savez(path, images=few[0])
    with pytest.raises(ValueError, match=r"an \.npz file with x_train"):
        load_mnist(path)


@pytest.mark.parametrize("labels", [np.arange(5), np.full(6, 10), np.zeros((6, 1), int)])
def test_labels_that_do_not_fit_the_pictures_are_refused(labels, few, tmp_path):
    write_keras(tmp_path / "mnist.npz", (few[0], labels, *few[2:]))
    with pytest.raises(ValueError, match="a label 0 … 9 for each picture"):
        load_mnist(tmp_path / "mnist.npz")


def pretend_scikit_learn(monkeypatch, fetch_openml):
    package, datasets = types.ModuleType("sklearn"), types.ModuleType("sklearn.datasets")
    datasets.fetch_openml = fetch_openml
    monkeypatch.setitem(sys.modules, "sklearn", package)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", datasets)


def test_openmls_table_is_cut_into_training_and_test_digits(monkeypatch, few):
    def fetch_openml(name, version, *, as_frame, parser):
        assert (name, version, as_frame) == ("mnist_784", 1, False)
        pictures = np.concatenate([few[0], few[2]]).reshape(10, 784).astype(float)
        labels = np.concatenate([few[1], few[3]]).astype(str).astype(object)
        return types.SimpleNamespace(data=pictures, target=labels)

    pretend_scikit_learn(monkeypatch, fetch_openml)
    monkeypatch.setattr(digits, "TRAINING", 6)
    training, test = fetch_mnist()
    np.testing.assert_array_equal(training.labels, few[1])
    np.testing.assert_array_equal(test.labels, few[3])
    np.testing.assert_allclose(test.images, few[2].reshape(4, 784) / 255, rtol=1e-6)


def test_without_a_network_the_error_says_what_to_do(monkeypatch):
    def fetch_openml(*args, **knobs):
        raise URLError("no route to host")

    pretend_scikit_learn(monkeypatch, fetch_openml)
    with pytest.raises(ConnectionError, match=r"no route to host.*load_mnist\(path\)"):
        fetch_mnist()


def test_without_scikit_learn_the_error_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install scikit-learn.*load_digits"):
        fetch_mnist()
