"""Imports a package whose modules lie in one file, as compiled code under their names.

A worker's file system is slow: looking for 250 modules in folders, opening and reading each, takes
longer than running them. Here the file is read once, and a module is a look-up. (Nor can a program
change a module that has not been imported yet: there is no file to write over.)

The page's build puts the compiled form of this module in front of the package, see precompile.py,
and the worker calls `install`.
"""

import marshal
import sys
from importlib.machinery import ModuleSpec

# What stands behind the folder of the package in the paths that packages are looked for in.
MARK = ".modules"


class Folder:
    """The finder for one folder of the package, and the loader of the modules in it.

    `modules` has (is it a package, marshalled code) under the modules' whole names.
    """

    def __init__(self, modules, top, path):
        self._modules = modules
        self._top = top  # the path of the whole package
        self._path = path

    def find_spec(self, name, target=None):
        """Returns the spec of a module of the package, None if there is none."""
        found = self._modules.get(name)
        if found is None:
            return None
        is_package = found[0]
        below = name.replace(".", "/")
        file = f"{below}/__init__.py" if is_package else f"{below}.py"
        spec = ModuleSpec(name, self, origin=f"{self._top}/{file}", is_package=is_package)
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations = [f"{self._top}{MARK}/{below}"]
        return spec

    def create_module(self, spec):
        """Leaves it to Python to make the module."""
        return None

    def exec_module(self, module):
        """Runs the code of a module."""
        exec(marshal.loads(self._modules[module.__name__][1]), module.__dict__)

    def get_code(self, name):
        """Returns the code of a module."""
        return marshal.loads(self._modules[name][1])

    def iter_modules(self, prefix=""):
        """Yields (name, is it a package) of what stands in this folder, for `pkgutil`."""
        start = self._path.replace("/", ".")
        start += "." if start else ""
        for name in sorted(self._modules):
            if name.startswith(start) and "." not in name[len(start) :]:
                yield prefix + name[len(start) :], self._modules[name][0]


def install(data, top):
    """Makes the modules in `data` importable as if they lay in the folder `top`.

    `data` is a marshalled dict, compressed by zlib or not.
    """
    if data[:1] == b"\x78":
        import zlib

        data = zlib.decompress(data)
    modules = marshal.loads(data)
    root = top + MARK

    def find_folder(path):
        if path != root and not path.startswith(root + "/"):
            raise ImportError
        return Folder(modules, top, path[len(root) + 1 :])

    sys.path_hooks.insert(0, find_folder)
    sys.path.insert(0, root)
