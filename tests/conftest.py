"""What all tests share."""

import pytest


@pytest.fixture(autouse=True, scope="session")
def warm_caches(tmp_path_factory):
    """Keep gsdc's caches out of the home, and warm from one test to the next; print as into a pipe."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GSDC_CACHE_DIR", str(tmp_path_factory.mktemp("caches")))
        patch.delenv("COLUMNS", raising=False)  # output is whole, as in a pipe, where a test names no width
        yield
