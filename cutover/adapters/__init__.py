"""The ports' implementations: one third-party library each, its errors translated here and nowhere else."""
