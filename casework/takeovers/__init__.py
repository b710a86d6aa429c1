"""Taking over estates that nobody manages: who answers for them, the contract, the works, the money."""
