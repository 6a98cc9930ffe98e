"""What a rehearsal shows: live while it runs, and afterwards as a page and as JSON."""
