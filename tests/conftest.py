"""What all tests share."""

import zlib

import pytest

from tests.examples import SHARE


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the cases of ``sampled`` tests that are left to ``make test-slow``: four fifths of them, by their names."""
    for item in items:
        if item.get_closest_marker("sampled") and zlib.crc32(item.name.encode()) % SHARE:
            item.add_marker("left")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Stop where groups do nothing: each worker would install the clients, and start the servers, for itself."""
    for item in session.items if getattr(session.config.option, "loadgroup", False) else ():
        if item.get_closest_marker("xdist_group") and "@" not in item.nodeid:
            raise pytest.UsageError(f"this pytest-xdist does not put tests into groups: {item.nodeid}")


@pytest.fixture(autouse=True, scope="session")
def warm_caches(tmp_path_factory):
    """Keep gsdc's caches out of the home, and warm from one test to the next; print as into a pipe."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GSDC_CACHE_DIR", str(tmp_path_factory.mktemp("caches")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))  # a person's own agents count over ours
        patch.delenv("COLUMNS", raising=False)  # output is whole, as in a pipe, where a test names no width
        yield
