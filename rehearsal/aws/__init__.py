"""The AWS that a rehearsal talks to: one child process with the APIs, engine and functions."""
