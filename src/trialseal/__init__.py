"""trialseal: commit a trial's protocol, endpoints and results to an Ethereum chain, and check them afterwards."""

__version__ = "0.1.0"
