"""What all tests share."""

import zlib

import pytest

from tests.examples import SHARE, THOROUGH


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave four fifths of the cases of tests marked ``sampled`` to ``make test-slow``, by their names."""
    if THOROUGH:
        return
    left = {item for item in items if item.get_closest_marker("sampled") and zlib.crc32(item.name.encode()) % SHARE}
    config.hook.pytest_deselected(items=list(left))
    items[:] = [item for item in items if item not in left]


@pytest.fixture(autouse=True, scope="session")
def warm_caches(tmp_path_factory):
    """Keep gsdc's caches out of the home, and warm from one test to the next; print as into a pipe."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GSDC_CACHE_DIR", str(tmp_path_factory.mktemp("caches")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))  # a person's own agents count over ours
        patch.delenv("COLUMNS", raising=False)  # output is whole, as in a pipe, where a test names no width
        yield
