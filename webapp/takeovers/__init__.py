"""The pages of taken-over estates."""
