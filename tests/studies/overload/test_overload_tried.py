"""The methods of study 3 in simulated feeds: near their aims, and told apart by what is planted."""

import pytest

from workbench.studies.overload.tried import WORDS, experiments


@pytest.mark.parametrize("number", [0, 1])
def test_a_draw_lies_near_its_aim(number):
    """Both estimates lie within four standard errors of what they are aimed at."""
    world = experiments()[number]
    found = world.draw(7)

    assert set(found) == set(world.targets) == set(WORDS)
    for draw in found.values():
        assert draw.failed is None
        assert abs(draw.estimate - draw.aim) < 4 * draw.std_error


def test_only_the_world_with_overload_has_a_fall():
    """Where load does not matter the aim is about zero; beyond a threshold it is above."""
    level, falling = (world.draw(3)["H3.1"].aim for world in experiments())

    assert abs(level) < 0.002 < falling
