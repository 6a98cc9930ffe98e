"""Everything that is looked at before a migration begins: what is asked, how it is judged, what helps."""
