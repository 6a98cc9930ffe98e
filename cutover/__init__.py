"""The domain of a cutover: what is planned, seen, decided, recorded and done, without AWS or a driver in sight."""
