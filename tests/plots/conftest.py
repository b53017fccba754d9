"""No figure may stay open, and no setting of matplotlib may change."""

import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def nothing_stays_open():
    """No figure is left open, and no setting of matplotlib is changed."""
    settings = dict(plt.rcParams)
    yield
    assert plt.get_fignums() == []
    assert dict(plt.rcParams) == settings
