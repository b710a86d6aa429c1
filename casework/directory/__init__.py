"""Who is where and may do what: areas, organisations, people, posts, sign-in, visibility and conflict rules."""
