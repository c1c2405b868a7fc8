"""`./run corpus`: makes corpus/pdf and corpus/list.tsv anew. With names of the modules beside this one it makes those alone, and no list."""

import importlib
import sys

from collection import Collection

MODULES = ["office", "browser", "typeset", "graphics", "libraries", "scripts", "scans", "structure", "signatures"]

corpus = Collection(keep=sys.argv[1:])
for module in sys.argv[1:] or MODULES:
    importlib.import_module(module).make(corpus)
corpus.close()
