"""The application that runs through a rehearsal: database, clients, and proof of what they saw."""
