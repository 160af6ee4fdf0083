"""Lispcore: a Lisp in which prompts, messages, images, tools and model calls are values.

>>> from lispcore import Interpreter
>>> Interpreter().eval("(+ 1 2)")
3
"""

from lispcore.running.interpreter import Interpreter
from lispcore.values.errors import LispError

__all__ = ["Interpreter", "LispError"]
__version__ = "0.1.0"
