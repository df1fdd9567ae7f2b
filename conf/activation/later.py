"""Puts off an import until it is used: supervisor asks for a library, for plugins of its own, that takes longer than all else."""
import importlib.util
import sys
import types


class Later(types.ModuleType):
    """Is there in place of the module of its name; what it is asked for, that has to answer."""

    def __getattr__(self, key):
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), key)


def put_off(name):
    if name not in sys.modules and importlib.util.find_spec(name):
        sys.modules[name] = Later(name)


for name in ("pkg_resources", "ssl", "tempfile"):
    put_off(name)
