"""The command line, and what a person sees in a terminal."""
