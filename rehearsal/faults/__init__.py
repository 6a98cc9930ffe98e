"""The fault matrix: faulted switches in seconds, on real servers, under writers that never stop."""
