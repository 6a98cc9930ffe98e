"""What a database is made of, how two of them differ, and how one is copied into the other."""
