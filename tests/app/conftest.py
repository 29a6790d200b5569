"""What all tests of the app share: no display is needed, and one thread for small products."""

import os

import pytest
from threadpoolctl import threadpool_limits

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session", autouse=True)
def small_products_on_one_thread():
    """As in the program: many BLAS threads make small products several times slower."""
    with threadpool_limits(limits=1):
        yield
