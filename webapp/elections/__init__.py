"""Elections of owners' committees: the notice board, the group's dashboard, the committee, the supervisors' list."""
