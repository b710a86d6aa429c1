"""The supervisors' pages: cases below an area, the live map, statistics."""
