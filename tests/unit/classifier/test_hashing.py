import numpy as np
import pytest

from moderation.classifier.hashing import place_of, places_of


@pytest.mark.parametrize("salt", [31, 62])
def test_a_fact_stands_within_its_region(salt: int) -> None:
    region = range(1_000, 1_100)

    found = places_of(["links:0", "links:1", "links:0"], salt, region)

    assert set(found.tolist()) <= set(region)
    assert found[0] == found[2] == place_of("links:0", salt, region)
    assert found.dtype == np.uint32
    assert place_of("links:0", salt, region) != place_of("links:0", salt + 1, region)
