"""The residents' pages: report, follow, answer, rate. They work on a phone and without JavaScript."""
