"""Other ways to switch a writer, re-implemented from their published algorithms, on the arena's servers and clients."""
