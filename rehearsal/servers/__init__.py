"""PostgreSQL servers for a rehearsal: found, started, and gone without trace."""
