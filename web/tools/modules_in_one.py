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

    `modules` has (is it a package, marshalled code) under the modules' whole names; `bring` is
    called when a code is None.
    """

    def __init__(self, modules, bring, top, path):
        self._modules = modules
        self._bring = bring
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
        exec(self.get_code(module.__name__), module.__dict__)

    def get_code(self, name):
        """Returns the code of a module."""
        if self._modules[name][1] is None:
            self._bring()
        return marshal.loads(self._modules[name][1])

    def iter_modules(self, prefix=""):
        """Yields (name, is it a package) of what stands in this folder, for `pkgutil`."""
        start = self._path.replace("/", ".")
        start += "." if start else ""
        for name in sorted(self._modules):
            if name.startswith(start) and "." not in name[len(start) :]:
                yield prefix + name[len(start) :], self._modules[name][0]


class Package:
    """The hook that gives a finder for each folder of the package.

    The codes can be left out: a snapshot of memory has no use for those of modules that were
    imported (lispcore/hosts/browser_snapshot.py). When another one is needed, `bring` gives the
    data again.
    """

    def __init__(self, data, top):
        self._modules = unpack(data)
        self._top = top
        self.root = top + MARK
        self.bring = None

    def __call__(self, path):
        """Returns the finder for a folder of the package."""
        if path != self.root and not path.startswith(self.root + "/"):
            raise ImportError
        folder = path[len(self.root) + 1 :]
        return Folder(self._modules, self._fill, self._top, folder)

    def leave_out(self):
        """Forgets all codes."""
        for name, (is_package, _) in self._modules.items():
            self._modules[name] = (is_package, None)

    def _fill(self):
        self._modules.update(unpack(self.bring()))


def unpack(data):
    """Returns the modules in a marshalled dict, compressed by zlib or not."""
    if data[:1] == b"\x78":
        import zlib

        data = zlib.decompress(data)
    return marshal.loads(data)


def install(data, top):
    """Makes the modules in `data` importable as if they lay in the folder `top`."""
    package = Package(data, top)
    sys.path_hooks.insert(0, package)
    sys.path.insert(0, package.root)
