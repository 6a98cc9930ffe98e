"""The verbs of a cutover: observe, decide, act, record; each is safe to repeat."""
