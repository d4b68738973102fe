"""What the doctor says of the shipped model."""

import pytest

from moderation import doctor
from moderation.errors import ModelError
from tests.learning import without_opinions


def test_the_model_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.classifier.model.load_shipped", without_opinions)

    assert doctor._model().good
    assert "without opinions" in doctor._model().words


def test_a_damaged_model_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged() -> None:
        raise ModelError("The model is damaged. Install the package again.")

    monkeypatch.setattr("moderation.classifier.model.load_shipped", damaged)
    found = doctor._model()

    assert not found.good
    assert found.words.startswith("The model is damaged. Install the package again.")
    assert "held" in found.words


@pytest.mark.parametrize("compiled", [True, False])
def test_that_nothing_was_compiled_is_told(
    monkeypatch: pytest.MonkeyPatch, *, compiled: bool
) -> None:
    monkeypatch.setattr("moderation.classifier.model.load_shipped", without_opinions)
    monkeypatch.setattr("moderation.classifier.kernel.IS_COMPILED", compiled)

    assert doctor._model().good
    assert ("no C compiler" in doctor._model().words) is not compiled
