"""Joint conferences: matters that no single unit can settle, decided by the body of a level."""
