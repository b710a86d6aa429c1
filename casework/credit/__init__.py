"""The credit record of property companies: what a finding costs them, and their right to object."""
