"""The planners' page of reception days and home visits."""
