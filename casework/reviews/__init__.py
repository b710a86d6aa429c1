"""Reviews of qualification: what each office found about a person who stands for a post, and what became of it."""
