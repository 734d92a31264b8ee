"""What an article needs before it is stored, without a store: cut, embed, also in processes."""
