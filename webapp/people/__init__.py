"""The administrator's pages: people, roles, areas, contracts."""
