"""What stands around the page: the guarded application, its files, text into HTML."""
