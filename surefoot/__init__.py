"""Surefoot answers questions from a company's documents and shows the evidence for every claim."""

import os

__version__ = "0.1.0"

# Read by libraries when they are imported, in every process: what they would tell their makers stays here. onnxruntime
# would look up its maker's host, and keep a database of uses below the home folder.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["DO_NOT_TRACK"] = "1"
