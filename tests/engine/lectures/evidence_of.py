"""Each experiment measured once for all tests of this folder."""

from functools import cache

from engine.lectures import LECTURES


@cache
def evidence_of(name):
    return LECTURES[name].measure()
