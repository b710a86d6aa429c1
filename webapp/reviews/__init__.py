"""Reviews of qualification: the officer's page of a candidate, the candidate's own, and the evidence of a case."""
