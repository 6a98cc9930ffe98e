"""The fault matrix: one faulted switch in seconds, on real servers, under writers that never stop, judged by a ledger."""
