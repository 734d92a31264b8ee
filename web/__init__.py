"""What stands around the page: the guarded web application, its files, and text turned into HTML."""
