"""The parts of the embedder's training; `training.train_embedding` puts them together."""
