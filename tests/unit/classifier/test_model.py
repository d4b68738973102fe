import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from moderation.classifier import model as module
from moderation.classifier.features import extract
from moderation.classifier.heads import Head, Kind, Section, Weights, no_head
from moderation.classifier.model import load_shipped, pack, unpack
from moderation.classifier.places import PLACES
from moderation.domain.evidence import Subject
from moderation.errors import ModelError


def _file(folder: Path, data: bytes) -> Path:
    path = folder / "a.model"
    path.write_bytes(data)
    return path


def _head() -> Head:
    weights = np.zeros(PLACES, np.float32)
    weights[[1, 7, 9]] = 4.0, -2.0, 0.1
    return Head(Weights.of(weights), 0.5)


def test_a_model_comes_back_as_it_was_written(tmp_path: Path) -> None:
    head = _head()

    found = load_shipped(_file(tmp_path, pack(head, no_head(), {"date": "today"})))

    places = np.array([1, 7, 9, 11], np.uint32)
    np.testing.assert_allclose(found.spam.weights.at(places), [4.0, -2.0, 0.1, 0], rtol=0.3)
    assert (found.spam.bias, found.abuse.bias, found.card) == (0.5, 0.0, {"date": "today"})
    assert len(found.version) == 12


def test_what_judges_otherwise_is_another_version() -> None:
    section = Section(_head().weights, 0.5, 1.0)
    one = replace(_head(), sections={3: section})
    versions = [
        unpack(pack(made, no_head(), {})).version
        for made in (
            one,
            replace(one, bias=one.bias + 1),
            replace(one, sections={3: replace(section, share=0.25)}),
            replace(one, sections={3: replace(section, bias=2.0)}),
        )
    ]

    assert len(set(versions)) == len(versions)
    assert unpack(pack(one, no_head(), {"date": "today"})).version == versions[0]


def test_where_sites_learn_in_another_way_the_model_has_another_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = pack(_head(), no_head(), {})
    before = unpack(data).version

    monkeypatch.setattr(module, "LEARNING", module.LEARNING + 1)

    assert unpack(data).version != before


def test_only_the_greatest_weights_are_kept() -> None:
    weights = np.zeros(PLACES, np.float32)
    weights[:5] = 1, -5, 2, 0.5, 4

    kept = Weights.of(weights, kept=3).at(np.arange(5, dtype=np.uint32))

    np.testing.assert_allclose(kept, [0, -5, 2, 0, 4], rtol=0.05)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda _: b"PK\x03\x04 something else",
        lambda data: data[:-1],
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: data.replace(b'"layout": ', b'"layout": 9', 1),
        lambda data: data.replace(b'"sha256"', b'"sha255"', 1),
        lambda data: data.replace(b'"bias": 0.5', b'"bias": -90', 1),
        lambda data: data.replace(b'"greatest": 4.0', b'"greatest": 1e9', 1),
        lambda data: data.replace(b'"check"', b'"chick"', 1),
        lambda data: data.partition(b"\n")[0] + b"\n[]\n",
    ],
)
def test_a_damaged_or_foreign_file_is_refused_with_what_to_do(tmp_path: Path, spoil) -> None:
    data = pack(_head(), no_head(), {})

    with pytest.raises(ModelError, match="moderation classifier train"):
        load_shipped(_file(tmp_path, spoil(data)))


def _changed(change) -> bytes:
    """A model whose header was changed and is true to itself, as only who means it can do."""
    form, line, packed = pack(_head(), no_head(), {}).split(b"\n", 2)
    header = json.loads(line)
    del header["check"]
    change(header)
    told = json.dumps(header, sort_keys=True).encode()
    header["check"] = hashlib.sha256(told).hexdigest()
    return b"\n".join((form, json.dumps(header, sort_keys=True).encode(), packed))


@pytest.mark.parametrize("places", [0, -4, 3, "4", 2 * PLACES])
def test_a_file_with_an_impossible_number_of_weights_is_refused(tmp_path: Path, places) -> None:
    data = _changed(lambda header: header["spam"].update(places=places))

    with pytest.raises(ModelError, match="moderation classifier train"):
        load_shipped(_file(tmp_path, data))


@pytest.mark.parametrize("name", ["bias", "greatest"])
@pytest.mark.parametrize("number", [10**400, -(10**400), 1e300, float("nan"), "1", None, [1]])
def test_a_number_that_no_weight_has_is_refused(tmp_path: Path, name: str, number) -> None:
    data = _changed(lambda header: header["spam"].update({name: number}))

    with pytest.raises(ModelError, match="moderation classifier train"):
        load_shipped(_file(tmp_path, data))


def test_a_header_that_nests_without_end_is_refused(tmp_path: Path) -> None:
    form, _, packed = pack(_head(), no_head(), {}).split(b"\n", 2)
    for nested in (b"[" * 100_000, b'{"a":' * 100_000):
        with pytest.raises(ModelError, match="is damaged or no model of this kind"):
            load_shipped(_file(tmp_path, b"\n".join((form, nested, packed))))


@pytest.mark.parametrize("head", [None, 7, "spam", [], {}, {"places": 4, "sections": 4}])
def test_a_head_that_is_none_is_refused(tmp_path: Path, head) -> None:
    data = _changed(lambda header: header.update(spam=head))

    with pytest.raises(ModelError, match="moderation classifier train"):
        load_shipped(_file(tmp_path, data))


def test_bytes_that_are_no_model_are_refused_without_a_file() -> None:
    with pytest.raises(ModelError, match="This model is damaged"):
        unpack(b"something else")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"missing\.model cannot be read"):
        load_shipped(tmp_path / "missing.model")


def test_a_comment_has_log_odds() -> None:
    features = extract(Subject("hello"))
    weights = np.zeros(PLACES, np.float32)
    weights[features.places] = 2.0

    assert Head(Weights.of(weights), -1.0).logit(features) == pytest.approx(
        2 * float(features.values.sum()) - 1, rel=1e-3
    )


def _of_a_kind(name: str = "blog") -> Head:
    section = Section(_head().weights, 0.5, 1.0)
    return replace(_head(), kinds={name: Kind(section, Weights.of(np.ones(16, np.float32)), -0.5)})


def test_kinds_come_back_as_they_were_written() -> None:
    data = pack(_of_a_kind(), no_head(), {})
    found = unpack(data).spam

    (kind,) = found.kinds.values()
    assert (kind.section.share, kind.section.bias, kind.likeness_bias) == (0.5, 1.0, -0.5)
    places = np.array([1, 7, 9], np.uint32)
    np.testing.assert_array_equal(kind.section.weights.at(places), found.weights.at(places))
    np.testing.assert_allclose(kind.likeness.at(places), 1.0)
    assert unpack(data).version != unpack(pack(_head(), no_head(), {})).version


@pytest.mark.parametrize("name", ["", "a" * 65, "ann@example.com", "a b", "a\n", "a\0", "\ud800"])
def test_a_kind_with_a_name_that_none_has_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match="moderation classifier train"):
        unpack(pack(_of_a_kind(name), no_head(), {}))
