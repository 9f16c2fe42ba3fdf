"""An archive as a file of JSON lines, vectors included, and back: to move it, to keep it, to read it without Byline.

A header names the model; each line after it is an article with its passages, in the order of adding.
"""

from index.transfer.dumping import export
from index.transfer.line import Header
from index.transfer.restore import Restore, header

__all__ = ["Header", "Restore", "export", "header"]
